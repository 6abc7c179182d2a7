/** What a pruning method may look at: a network, its weights, and what they do on a sample. */
package org.espalier.framework.evidence;
