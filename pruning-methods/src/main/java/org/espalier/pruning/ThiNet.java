package org.espalier.pruning;

import org.espalier.framework.evidence.Evidence;
import org.espalier.framework.evidence.Places;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;
import org.espalier.pruning.reconstruction.ContributionReconstruction;

/**
 * Channels go that the next layer misses least: Luo et al. 2017, "ThiNet: A Filter Level Pruning
 * Method for Deep Neural Network Compression", section 3; the variant that adds channels is that of
 * Luo et al. 2019, "ThiNet: Pruning CNN Filters for a Thinner Net". Groups are cut one after the
 * other, each in the network as far as it is cut. Channels that several layers read are chosen by
 * what all of these miss, each as a share of what the channels give it.
 *
 * <p>The paper trains between two groups, and looks at 10 images of each class.
 *
 * @param images of the training set, chosen with the class shares of the whole set
 * @param positions random places of each image's feature maps; at each one output is looked at
 * @param seed of images, places and outputs
 * @param rescale whether the channels that stay are scaled by least squares, in the layers that
 *     read them
 */
@Named(
    value = "thinet",
    description =
        "channels that the next layer misses least, layer by layer"
            + " (Luo et al. 2017, ThiNet: A Filter Level Pruning Method)")
public record ThiNet(
    @Setting(value = "Training images that are looked at.", defaultValue = "1000") int images,
    @Setting(value = "Random places of each image's feature maps.", defaultValue = "10")
        int positions,
    @Setting(value = "Seed of the images, places and outputs.", defaultValue = "1") long seed,
    @Setting(
            value = "Remove channels from all one by one (greedy), or add them to none (additive).",
            defaultValue = "greedy")
        Variant variant,
    @Setting(value = "Scale the channels that stay by least squares.", defaultValue = "true")
        boolean rescale)
    implements PruningMethod {
  /** In which direction channels are chosen. */
  public enum Variant {
    /** From all, the least is removed, as at ICCV 2017. */
    GREEDY,
    /** To none, the best is added and all are fitted anew, as in TPAMI 2019. */
    ADDITIVE
  }

  public ThiNet {
    checkSample(images, positions);
  }

  static void checkSample(int images, int positions) {
    if (images < 1) {
      throw new UsageException("a sample has at least 1 image, found " + images);
    }
    if (positions < 1) {
      throw new UsageException("positions must be at least 1 of each image, found " + positions);
    }
  }

  private LayerByLayer layers(Evidence evidence, Amount amount) {
    return new LayerByLayer(
        this,
        evidence,
        amount,
        new ContributionReconstruction(
            new Places(positions, seed), variant == Variant.ADDITIVE, rescale));
  }

  @Override
  public Pruned prune(Evidence evidence, Amount amount) {
    return layers(evidence, amount).pruned(images, seed);
  }

  @Override
  public Pruned outline(Evidence evidence, Amount amount) {
    return layers(evidence, amount).outline();
  }
}
