/**
 * Labelled images: where they come from, how they are checked, and how they become batches.
 *
 * <p>An {@code ImageSet} holds uint8 pixels in memory. A {@code Dataset} is a training and a test
 * set with the constants that go with them. A {@code DatasetSource} loads one by name. {@code
 * Batches} shuffles, crops and flips on a background thread; scaling to floats happens in the
 * graph.
 */
package org.espalier.framework.data;
