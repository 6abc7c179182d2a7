package org.espalier.graphs.architectures;

import java.util.Optional;
import org.espalier.graphs.Network;
import org.espalier.graphs.settings.Setting;

/** An architecture by name, adapted. */
public record ArchitectureSpec(
    @Setting("Name of the architecture; 'espalier architectures' lists them.") String architecture,
    @Setting(value = "", inline = true) Adaptation adaptation) {

  /** As the paper has it, or the data set. */
  public static ArchitectureSpec of(String architecture) {
    return new ArchitectureSpec(architecture, Adaptation.NONE);
  }

  /** The same with the channels of every hidden layer multiplied. */
  public ArchitectureSpec withWidth(double factor) {
    return new ArchitectureSpec(
        architecture,
        new Adaptation(factor, adaptation.classes(), adaptation.input(), adaptation.shortcut()));
  }

  /** The same with other shortcuts, where a stage of a ResNet begins. */
  public ArchitectureSpec withShortcut(PaddedShortcut shortcut) {
    return new ArchitectureSpec(
        architecture,
        new Adaptation(
            adaptation.width(), adaptation.classes(), adaptation.input(), Optional.of(shortcut)));
  }

  /** For the images of the paper, where nothing else is asked. */
  public Network build(Architectures architectures) {
    Architecture known = architectures.get(architecture);
    return adaptation.build(known, known.defaults());
  }

  /** For images of some size and a number of classes, where nothing else is asked. */
  public Network build(
      Architectures architectures, int height, int width, int channels, int classes) {
    Architecture known = architectures.get(architecture);
    Options fitted = known.defaults().withInput(height, width, channels).withClasses(classes);
    return adaptation.build(known, fitted);
  }
}
