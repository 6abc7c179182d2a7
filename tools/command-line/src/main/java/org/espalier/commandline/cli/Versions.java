package org.espalier.commandline.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The versions of what runs here. The poms are the one source; the build writes them down. */
public record Versions(String espalier, String tensorflow, String tensorflowJava) {

  /** Reads what the build wrote. Loads no TensorFlow. */
  public static Versions read() {
    Properties properties = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream("versions.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Versions(
        properties.getProperty("espalier"),
        properties.getProperty("tensorflow"),
        properties.getProperty("tensorflow-java"));
  }

  /** What {@code --version} prints. */
  String[] lines() {
    return new String[] {
      "Espalier " + espalier,
      "TensorFlow " + tensorflow + " (TensorFlow Java " + tensorflowJava + ")",
      "Java " + System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")",
      System.getProperty("os.name") + " " + System.getProperty("os.arch")
    };
  }
}
