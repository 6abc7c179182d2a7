package org.espalier.pruning;

import org.espalier.framework.evidence.Evidence;
import org.espalier.framework.evidence.Places;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;
import org.espalier.pruning.reconstruction.RegressionReconstruction;

/**
 * The LASSO chooses the channels with which the next layer can make what it made, and least squares
 * fits that layer's kernel anew: He et al. 2017, "Channel Pruning for Accelerating Very Deep Neural
 * Networks", section 3. What layers read is that of the network as far as it is cut, what they
 * should make is that of the network before, so that errors do not add up. The last layer of a
 * residual branch also makes up for what its shortcut lost; its first layer can read a selection of
 * the trunk's channels where one is inserted.
 *
 * <p>Where the paper leaves as many channels as the LASSO gives, here as many stay as the amount
 * says: those with the largest coefficients.
 *
 * @param images of the training set, chosen with the class shares of the whole set
 * @param positions random places of each image's feature maps
 * @param seed of images and places
 * @param compensate whether the last layer of a branch makes up for its shortcut
 */
@Named(
    value = "regression",
    description =
        "channels chosen by the LASSO and the next layer fitted anew, layer by layer"
            + " (He et al. 2017, Channel Pruning)")
public record Regression(
    @Setting(value = "Training images that are looked at.", defaultValue = "5000") int images,
    @Setting(value = "Random places of each image's feature maps.", defaultValue = "10")
        int positions,
    @Setting(value = "Seed of the images and places.", defaultValue = "1") long seed,
    @Setting(
            value = "Let the last layer of a residual branch make up for what its shortcut lost.",
            defaultValue = "true")
        boolean compensate)
    implements PruningMethod {
  public Regression {
    ThiNet.checkSample(images, positions);
  }

  private LayerByLayer layers(Evidence evidence, Amount amount) {
    return new LayerByLayer(
        this,
        evidence,
        amount,
        new RegressionReconstruction(new Places(positions, seed), compensate));
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
