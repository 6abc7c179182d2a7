package org.espalier.commandline.commands;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.settings.Setting;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.UsageException;
import org.espalier.savedmodels.imports.ImportOptions;
import org.espalier.savedmodels.imports.SavedModelImporter;

/** How a SavedModel or frozen graph of others is read. */
record ImportSettings(
    @Setting("Which signature of a SavedModel; default: serving_default.")
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
            "Size to reckon with, as HEIGHTxWIDTH, where a SavedModel takes images of any size;"
                + " default: 224x224.")
        Optional<String> imageSize,
    @Setting(
            value = "Let in ops of a SavedModel or graph that are not on the list of safe ones.",
            defaultValue = "false")
        boolean trust) {

  Model read(Path path, SavedModelImporter importer) {
    Model model = importer.read(path, new ImportOptions(signature, inputs, outputs, trust));
    if (!model.network().takesAnySize()) {
      return model;
    }
    String size = imageSize.orElse(Network.ANY_SIZE + "x" + Network.ANY_SIZE);
    if (!size.matches("[1-9]\\d{0,4}x[1-9]\\d{0,4}")) {
      throw new UsageException(
          "--image-size expects HEIGHTxWIDTH such as 224x224, found '" + size + "'");
    }
    String[] sides = size.split("x", -1);
    return new Model(
        model.network().assuming(Integer.parseInt(sides[0]), Integer.parseInt(sides[1])),
        model.weights());
  }
}
