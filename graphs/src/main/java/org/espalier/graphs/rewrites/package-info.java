/** Pure functions from network to network, each with a rule that carries weights over. */
package org.espalier.graphs.rewrites;
