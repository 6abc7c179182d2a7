package org.espalier.commandline.commands;

import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.settings.Setting;
import org.espalier.graphs.Network;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.Architecture;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.graphs.architectures.Options;

/** How an architecture is adapted. */
record NetworkSettings(
    @Setting(value = "Multiply the channels of every hidden layer by this.", defaultValue = "1.0")
        double width,
    @Setting("How many classes the network tells apart; default: the data set's, or the paper's.")
        Optional<Integer> classes,
    @Setting(
            "Size of the images as HEIGHTxWIDTHxCHANNELS; default: the data set's, or the paper's.")
        Optional<String> input) {

  Network build(Architectures architectures, String name) {
    Architecture architecture = architectures.get(name);
    return architecture.build(adapted(architecture.defaults()));
  }

  /** The network for a data set: its image size and classes, unless the settings say otherwise. */
  Network build(Architectures architectures, String name, Dataset data) {
    Architecture architecture = architectures.get(name);
    Options fitted =
        architecture
            .defaults()
            .withInput(data.height(), data.width(), data.channels())
            .withClasses(data.classes());
    return architecture.build(adapted(fitted));
  }

  private Options adapted(Options defaults) {
    Options adapted = defaults.withWidthFactor(width);
    if (classes.isPresent()) {
      adapted = adapted.withClasses(classes.get());
    }
    if (input.isPresent()) {
      if (!input.get().matches("\\d{1,5}x\\d{1,5}x\\d{1,4}")) {
        throw new UsageException(
            "--input expects HEIGHTxWIDTHxCHANNELS such as 32x32x3, found '" + input.get() + "'");
      }
      String[] sizes = input.get().split("x", -1);
      adapted =
          adapted.withInput(
              Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1]), Integer.parseInt(sizes[2]));
    }
    return adapted;
  }
}
