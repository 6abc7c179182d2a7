package org.espalier.framework.runs;

import java.util.List;
import java.util.Optional;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.settings.Setting;

/**
 * How a SavedModel or frozen graph of others is read.
 *
 * @param signature which of a SavedModel's signatures, without the others; none means {@code
 *     serving_default}, or the only one, and the others beside it
 * @param inputs tensors of the main graph that are fed, in the place of the signature's; none means
 *     those of the signature, or of a frozen graph its placeholders
 * @param outputs tensors of the main graph that are computed; none means those of the signature, or
 *     of a frozen graph the tensors that nothing reads
 * @param fix inputs that are settings, as {@code NAME=VALUE}: they become constants
 * @param imageSize rows and columns to reckon with, where images of any size are taken
 * @param trust whether ops that do more than compute are let in
 */
public record ReadOptions(
    @Setting(
            "Which signature of a SavedModel, alone; default: serving_default, with all others that"
                + " share its network.")
        Optional<String> signature,
    @Setting(
            "Tensors of a graph that are fed, such as input:0; default: its signature's inputs, or its"
                + " placeholders.")
        List<String> inputs,
    @Setting(
            "Tensors of a graph that are computed; default: its signature's outputs, or those that"
                + " nothing reads.")
        List<String> outputs,
    @Setting(
            "Inputs of a graph that are settings, as NAME=VALUE such as keep_prob=1: they are constants"
                + " then.")
        List<String> fix,
    @Setting(
            "Size to reckon with, as HEIGHTxWIDTH, where a SavedModel takes images of any size;"
                + " default: 224x224.")
        Optional<String> imageSize,
    @Setting(
            value = "Let in ops of a SavedModel or graph that do more than compute.",
            defaultValue = "false")
        boolean trust) {
  public static final ReadOptions DEFAULT =
      new ReadOptions(Optional.empty(), List.of(), List.of(), List.of(), Optional.empty(), false);

  public ReadOptions {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    fix = List.copyOf(fix);
    for (String setting : fix) {
      if (setting.indexOf('=') < 1) {
        throw new UsageException(
            "fix expects NAME=VALUE such as keep_prob=1, found '" + setting + "'");
      }
    }
    if (imageSize.isPresent() && !imageSize.get().matches("[1-9]\\d{0,4}x[1-9]\\d{0,4}")) {
      throw new UsageException(
          "image-size must be HEIGHTxWIDTH such as 224x224, found '" + imageSize.get() + "'");
    }
  }

  /** The model with a size to reckon with, if it takes any. */
  public Model sized(Model model) {
    if (!model.network().takesAnySize()) {
      if (imageSize.isPresent()) {
        throw new UsageException(
            "image-size says nothing here: "
                + model.network().name()
                + " takes images of one size");
      }
      return model;
    }
    int height = Network.ANY_SIZE;
    int width = Network.ANY_SIZE;
    if (imageSize.isPresent()) {
      String[] sides = imageSize.get().split("x", -1);
      height = Integer.parseInt(sides[0]);
      width = Integer.parseInt(sides[1]);
    }
    return new Model(model.network().assuming(height, width), model.weights());
  }
}
