package org.espalier.graphs.architectures;

import java.util.Optional;
import org.espalier.graphs.Network;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.settings.Setting;

/** How an architecture is adapted. */
public record Adaptation(
    @Setting(value = "Multiply the channels of every hidden layer by this.", defaultValue = "1.0")
        double width,
    @Setting("How many classes the network tells apart; default: the data set's, or the paper's.")
        Optional<Integer> classes,
    @Setting(
            "Size of the images as HEIGHTxWIDTHxCHANNELS; default: the data set's, or the paper's.")
        Optional<String> input,
    @Setting(
            "What shortcuts without weights do where a stage of a CIFAR ResNet begins: average or"
                + " subsample pixels, with padding by channels of zeros behind the old ones, or half"
                + " before and half behind (middle); default: what the name stands for.")
        Optional<PaddedShortcut> shortcut) {
  /** As the paper has it, or the data set. */
  public static final Adaptation NONE = new Adaptation(1, Optional.empty(), Optional.empty());

  public Adaptation {
    if (input.isPresent() && !input.get().matches("\\d{1,5}x\\d{1,5}x\\d{1,4}")) {
      throw new UsageException(
          "input must be HEIGHTxWIDTHxCHANNELS such as 32x32x3, found '" + input.get() + "'");
    }
  }

  public Adaptation(double width, Optional<Integer> classes, Optional<String> input) {
    this(width, classes, input, Optional.empty());
  }

  /**
   * Builds a network.
   *
   * @param fitted what it is for, where nothing else is asked: the paper's, or a data set's images
   */
  public Network build(Architecture architecture, Options fitted) {
    Options adapted = fitted.withWidthFactor(width);
    if (classes.isPresent()) {
      adapted = adapted.withClasses(classes.get());
    }
    if (input.isPresent()) {
      String[] sizes = input.get().split("x", -1);
      adapted =
          adapted.withInput(
              Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1]), Integer.parseInt(sizes[2]));
    }
    if (shortcut.isPresent()) {
      if (!architecture.padsShortcuts()) {
        throw new UsageException(
            architecture.name() + " has no shortcut without weights, so 'shortcut' says nothing");
      }
      adapted = adapted.withShortcut(shortcut.get());
    }
    return architecture.build(adapted);
  }
}
