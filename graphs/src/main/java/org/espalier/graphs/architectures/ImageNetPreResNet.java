package org.espalier.graphs.architectures;

import jakarta.inject.Inject;
import java.util.List;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;

/**
 * Pre-activation ResNet-50 for ImageNet as Huang and Wang 2018, Data-Driven Sparse Structure
 * Selection for Deep Neural Networks, section 4, prune it block by block: {@code
 * preresnet50-imagenet}. Where a stage begins, the projection reads what the first convolution
 * reads, and not the raw trunk.
 *
 * <ul>
 *   <li>{@code preresnet50-sss} has a scale for each branch, which starts at one. Training drives
 *       some of them to zero; a block whose scale is zero does nothing. The totals of the reference
 *       do not count these 16 parameters.
 *   <li>{@code resnet26-sss}, {@code resnet32-sss}, {@code resnet41-sss}: what is left then,
 *       without the scales; the number is that of the layers. A projection stays even where its
 *       branch is gone, and so does the batch norm in front of it, under the name that it had.
 * </ul>
 */
public final class ImageNetPreResNet extends NamedFamily {
  private static final List<Stage> WHOLE = List.of(with(3), with(4), with(6), with(3));

  @Inject
  ImageNetPreResNet() {
    super(
        List.of(
            new Recipe("preresnet50-imagenet", WHOLE, false),
            new Recipe("preresnet50-sss", WHOLE, true),
            left("resnet41-sss", without(0), with(4), with(6), with(3)),
            left("resnet32-sss", without(1), with(4), with(4), with(1)),
            left("resnet26-sss", without(0), without(2), without(5), with(1))));
  }

  private static Recipe left(String name, Stage... stages) {
    return new Recipe(name, List.of(stages), false);
  }

  private static Stage with(int branches) {
    return new Stage(branches, true);
  }

  private static Stage without(int branches) {
    return new Stage(branches, false);
  }

  /**
   * One stage.
   *
   * @param branches how many blocks have a branch
   * @param first whether the first block is one of them
   */
  private record Stage(int branches, boolean first) {
    int blocks() {
      return first ? branches : branches + 1;
    }
  }

  /**
   * One network.
   *
   * @param scaled whether each branch has a scale
   */
  private record Recipe(String name, List<Stage> stages, boolean scaled) implements Architecture {
    @Override
    public String family() {
      return "preresnet";
    }

    @Override
    public Options defaults() {
      return Options.IMAGENET;
    }

    @Override
    public Network build(Options o) {
      Initializer fanIn = new Initializer.He(false);
      Layers layers = new Layers(Style.PLAIN.withKernel(fanIn));
      Value x = ImageNetStem.write(layers, o);
      for (int s = 0; s < stages.size(); s++) {
        int width = o.scaled(64 << s);
        for (int i = 0; i < stages.get(s).blocks(); i++) {
          String at = "stage" + (s + 1) + "/block" + (i + 1);
          Value first = PreActivation.first(layers, x, at);
          if (i > 0) {
            x = layers.add(branch(layers, first, at, width, 1), x, at + "/sum");
          } else {
            x = begin(layers, first, at, width, s > 0 ? 2 : 1, stages.get(s).first());
          }
        }
      }
      x = layers.pools.globalAverage(layers.activated(x, "tail"), "average", true);
      return layers.finish(
          name, layers.dense.layer(x, "dense", o.classes(), fanIn, Initializer.zeros()));
    }

    /** The first block of a stage, whose projection reads what its branch reads. */
    private Value begin(
        Layers layers, Value first, String at, int width, int stride, boolean branches) {
      if (!branches) {
        return PreActivation.projection(layers, first, at, width, stride);
      }
      Value branch = branch(layers, first, at, width, stride);
      Value around = PreActivation.projection(layers, first, at, width, stride);
      return layers.add(branch, around, at + "/sum");
    }

    private Value branch(Layers layers, Value first, String at, int width, int stride) {
      Value branch = PreActivation.branch(layers, first, at, width, stride);
      return scaled ? layers.scaled(branch, at + "/branch") : branch;
    }
  }
}
