/** The rules that come with Espalier, a class a family of ops. Nobody else needs to open them. */
package org.espalier.graphs.ops.rules;
