package org.espalier.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Properties;
import org.espalier.framework.files.Sha256;

/**
 * The fixed parts of the page, read from the class path. The page's content security policy lets
 * only these very scripts run, so that nothing in a folder that came from elsewhere can.
 */
record Assets(String template, String css, String script, String chartJs) {
  private static final String WEBJAR = "/META-INF/maven/org.webjars.npm/chart.js/pom.properties";

  static Assets load() {
    return new Assets(
        text("report.mustache"), text("report.css"), text("report.js"), chartJsOfWebjar());
  }

  /** The sources of the two scripts, as a content security policy names them. */
  String scriptHashes() {
    return hash(chartJs) + " " + hash(script);
  }

  private static String chartJsOfWebjar() {
    Properties webjar = new Properties();
    try (InputStream in = open(WEBJAR)) {
      webjar.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + WEBJAR, e);
    }
    String path =
        "/META-INF/resources/webjars/chart.js/"
            + webjar.getProperty("version")
            + "/dist/chart.umd.min.js";
    // The pointer to the source map would make a browser's debugger look for a file beside the
    // page.
    return text(path).replaceAll("(?m)^//# sourceMappingURL=.*$", "").strip();
  }

  private static String hash(String script) {
    if (script.toLowerCase(Locale.ROOT).contains("</script")) {
      throw new IllegalStateException("a script of the page would end its own element");
    }
    byte[] digest = new Sha256().add(script.getBytes(StandardCharsets.UTF_8)).bytes();
    return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
  }

  private static String text(String resource) {
    try (InputStream in = open(resource)) {
      // Browsers hash what they parsed, where every line ends with a line feed alone.
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource, e);
    }
  }

  private static InputStream open(String resource) {
    InputStream in = Assets.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IllegalStateException("the class path lacks " + resource);
    }
    return in;
  }
}
