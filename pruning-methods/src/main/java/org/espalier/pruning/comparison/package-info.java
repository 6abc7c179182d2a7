/**
 * Every arm of a comparison in one code base: unpruned, pruned, fine-tuned, Scratch-E, Scratch-B.
 */
package org.espalier.pruning.comparison;
