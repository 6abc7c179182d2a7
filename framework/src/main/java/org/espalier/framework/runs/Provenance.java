package org.espalier.framework.runs;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.espalier.framework.training.TrainingJob;

/**
 * Where a run comes from: all that a reader needs to make it again, and to see why it may differ.
 */
public final class Provenance {
  /** Variables that change what TensorFlow computes, or how fast. */
  private static final java.util.List<String> VARIABLES =
      java.util.List.of(
          "GLIBC_TUNABLES",
          "TF_ENABLE_ONEDNN_OPTS",
          "TF_OVERRIDE_GLOBAL_THREADPOOL",
          "TF_XLA_FLAGS",
          "TF_DETERMINISTIC_OPS",
          "CUDA_VISIBLE_DEVICES");

  private Provenance() {}

  /**
   * What goes into {@code run.json}.
   *
   * @param settings every setting that the result depends on, by name
   * @param parent the run that the start weights come from
   */
  public static Map<String, Object> of(
      TrainingJob job, Map<String, Object> settings, Optional<String> parent) {
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("settings", settings);
    run.put("seed", job.seed());
    run.put("network", job.network().name());
    run.put("networkDigest", Digests.of(job.network()));
    run.put("startDigest", Digests.of(job.start()));
    run.put("dataset", job.data().name());
    run.put("dataTrainDigest", job.data().train().digest());
    run.put("dataTestDigest", job.data().test().digest());
    run.put("trainImages", job.data().train().size());
    run.put("testImages", job.data().test().size());
    parent.ifPresent(p -> run.put("parent", p));
    run.put("threads", job.machine().threads());
    run.put("versions", versions());
    run.put("environment", environment());
    return run;
  }

  /** Versions of what computes. */
  public static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    String own = Provenance.class.getPackage().getImplementationVersion();
    versions.put("espalier", own == null ? "development" : own);
    versions.put("tensorflow", org.espalier.framework.sessions.TensorFlowRuntime.version());
    versions.put("java", System.getProperty("java.version"));
    versions.put("javaVendor", System.getProperty("java.vendor"));
    return versions;
  }

  private static Map<String, String> environment() {
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
}
