package org.espalier.framework.evidence;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;

/**
 * What a network does on some images, in inference form: batch norm uses its moving statistics.
 * Values come batch by batch, the first axis counting images, so that a large sample fits into
 * memory. Each call computes; ask once for all that is wanted.
 */
public interface Sample {
  /** How many images there are. */
  int images();

  /** What of it falls short of what was asked for, in sentences for the user. Usually nothing. */
  List<String> notes();

  /** The same images, seen by the network with other weights. */
  Sample with(Weights weights);

  /**
   * Looks at random places of feature maps, batch by batch: each image once, in the order of the
   * sample.
   *
   * @param what for whom this is, in a few words, should it take long
   * @param looks each one once
   */
  void look(String what, List<Look> looks, Places places, Consumer<Seen> each);

  /**
   * Sums of products, computed where the sample is.
   *
   * @param inputs values of an input row
   * @param outputs values of an output row; may be 0
   */
  Moments moments(int inputs, int outputs);

  /** Hands over the values of some tensors, for each batch. */
  void activations(List<TensorRef> tensors, Consumer<Map<TensorRef, ShapedArray>> each);

  /**
   * Hands over, for each batch, the values of some tensors and the gradients of the loss with
   * respect to them. What belongs to an image is the gradient of that image's own cross-entropy.
   */
  void gradients(
      List<TensorRef> tensors,
      BiConsumer<Map<TensorRef, ShapedArray>, Map<TensorRef, ShapedArray>> each);

  /** The gradient of the mean loss of the sample with respect to each trained parameter. */
  Weights gradients();

  /**
   * How strongly the outputs of the sample depend on each trained parameter, labels unseen: for
   * each value the sum over all outputs of the squared derivative, in the mean over the images.
   * Estimated by the squared gradients of random sums of the outputs (Hutchinson), so in the mean
   * over seeds it is exact.
   *
   * @param probes random sums of the outputs of each image, at least 1
   * @param seed of the draw
   */
  Weights squaredSlopes(int probes, long seed);
}
