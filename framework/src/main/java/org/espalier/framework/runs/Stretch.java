package org.espalier.framework.runs;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.framework.files.ProcessId;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.TensorFlowRuntime;

/**
 * A part of a run that was made in one go: by what, where, and from which step on.
 *
 * @param fromStep steps done before
 * @param started when, in UTC
 * @param versions of Espalier, TensorFlow and Java
 * @param environment what else may change what is computed, or how fast
 */
public record Stretch(
    long fromStep,
    int threads,
    String device,
    String host,
    String started,
    Map<String, String> versions,
    Map<String, String> environment) {
  /** Variables that change what TensorFlow computes, or how fast. */
  private static final List<String> VARIABLES =
      List.of(
          "GLIBC_TUNABLES",
          "TF_ENABLE_ONEDNN_OPTS",
          "TF_OVERRIDE_GLOBAL_THREADPOOL",
          "TF_XLA_FLAGS",
          "TF_DETERMINISTIC_OPS",
          "CUDA_VISIBLE_DEVICES");

  /** A stretch that begins here and now. */
  public static Stretch now(long fromStep, Machine machine) {
    return new Stretch(
        fromStep,
        machine.threads(),
        machine.used().label(),
        ProcessId.current().host(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        currentVersions(),
        currentEnvironment());
  }

  /** Versions of what computes. */
  public static Map<String, String> currentVersions() {
    Map<String, String> versions = new LinkedHashMap<>();
    String own = Stretch.class.getPackage().getImplementationVersion();
    versions.put("espalier", own == null ? "development" : own);
    versions.put("tensorflow", TensorFlowRuntime.version());
    versions.put("java", System.getProperty("java.version"));
    versions.put("javaVendor", System.getProperty("java.vendor"));
    return versions;
  }

  private static Map<String, String> currentEnvironment() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    environment.put("architecture", System.getProperty("os.arch"));
    environment.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    for (String name : VARIABLES) {
      String value = System.getenv(name);
      if (value != null) {
        environment.put(name, value);
      }
    }
    return environment;
  }

  /** Whether another stretch was made under the same conditions. */
  public boolean isLike(Stretch other) {
    return differences(other).isEmpty();
  }

  /** How another stretch differs in what may change bits, in words; empty if it does not. */
  List<String> differences(Stretch other) {
    List<String> differences = new ArrayList<>();
    compare("threads", threads, other.threads, differences);
    compare("device", device, other.device, differences);
    compare("host", host, other.host, differences);
    compare(
        "TensorFlow", versions.get("tensorflow"), other.versions.get("tensorflow"), differences);
    return differences;
  }

  /** What else computes now, in words; empty if the versions are the same. */
  public List<String> otherVersions() {
    List<String> differences = new ArrayList<>();
    currentVersions()
        .forEach(
            (name, now) -> compare(name, versions.getOrDefault(name, "none"), now, differences));
    return differences;
  }

  private static void compare(String what, Object a, Object b, List<String> differences) {
    if (!String.valueOf(a).equals(String.valueOf(b))) {
      differences.add(what + " " + a + ", then " + b);
    }
  }
}
