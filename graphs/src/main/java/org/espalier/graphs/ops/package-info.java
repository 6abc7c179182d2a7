/** What Espalier knows of each family of ops: shapes, channels, cost. One small class a family. */
package org.espalier.graphs.ops;
