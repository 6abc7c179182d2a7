/** Which channels of a network must be cut together, and which cannot be cut. */
package org.espalier.graphs.channels;
