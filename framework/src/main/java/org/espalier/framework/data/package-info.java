/**
 * Labelled images, and how they become batches.
 *
 * <p>{@code Images} are a set of one size, in memory ({@code ImageSet}) or streamed. A {@code
 * Dataset} is a training and a test set with the constants that go with them. {@code Batches} come
 * shuffled, cropped and flipped from a background thread; scaling to floats happens in the graph.
 */
package org.espalier.framework.data;
