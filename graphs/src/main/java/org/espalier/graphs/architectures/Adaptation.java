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
        Optional<String> input) {
  /** As the paper has it, or the data set. */
  public static final Adaptation NONE = new Adaptation(1, Optional.empty(), Optional.empty());

  public Adaptation {
    if (input.isPresent() && !input.get().matches("\\d{1,5}x\\d{1,5}x\\d{1,4}")) {
      throw new UsageException(
          "input must be HEIGHTxWIDTHxCHANNELS such as 32x32x3, found '" + input.get() + "'");
    }
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
    return architecture.build(adapted);
  }
}
