/** Parameters, multiply-accumulates and the reference's FLOPs. */
package org.espalier.graphs.cost;
