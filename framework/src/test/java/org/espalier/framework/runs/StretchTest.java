package org.espalier.framework.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.espalier.framework.files.ProcessId;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.TensorFlowRuntime;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.training.FineTuning;
import org.junit.jupiter.api.Test;

/** What tells stretches apart, and runs of today from those before. */
class StretchTest {
  private static Stretch stretch(int threads, String device, String host, String tensorflow) {
    return new Stretch(
        0, threads, device, host, "then", Map.of("tensorflow", tensorflow), Map.of());
  }

  @Test
  void stretchesAreAlikeWhateverTheTimeAndTheOtherVersions() {
    Stretch one = stretch(2, "cpu", "here", "2.18.0");
    Stretch later =
        new Stretch(
            50,
            2,
            "cpu",
            "here",
            "later",
            Map.of("tensorflow", "2.18.0", "java", "21"),
            Map.of("os", "other"));
    assertThat(one.isLike(later)).isTrue();
    assertThat(one.differences(later)).isEmpty();
  }

  @Test
  void whatMayChangeBitsTellsThemApart() {
    Stretch one = stretch(2, "cpu", "here", "2.18.0");
    assertDiffers(one, stretch(1, "cpu", "here", "2.18.0"), "threads 2, then 1");
    assertDiffers(one, stretch(2, "gpu", "here", "2.18.0"), "device cpu, then gpu");
    assertDiffers(one, stretch(2, "cpu", "there", "2.18.0"), "host here, then there");
    assertDiffers(one, stretch(2, "cpu", "here", "2.19.0"), "TensorFlow 2.18.0, then 2.19.0");
  }

  private static void assertDiffers(Stretch one, Stretch other, String difference) {
    assertThat(one.isLike(other)).isFalse();
    assertThat(one.differences(other)).containsExactly(difference);
  }

  @Test
  void aStretchOfNowSaysWhereAndByWhatItIsMade() {
    Instant before = Instant.now().minusSeconds(1);
    Stretch now = Stretch.now(7, new Machine(3, Machine.Device.CPU));
    assertThat(now.fromStep()).isEqualTo(7);
    assertThat(now.threads()).isEqualTo(3);
    assertThat(now.device()).isEqualTo("cpu");
    assertThat(now.host()).isEqualTo(ProcessId.current().host());
    assertThat(Instant.parse(now.started())).isBetween(before, Instant.now());
    assertThat(now.started()).as("whole seconds").matches("[-\\d]{10}T[:\\d]{8}Z");
    assertThat(now.versions())
        .isEqualTo(Stretch.currentVersions())
        .containsEntry("tensorflow", TensorFlowRuntime.version())
        .containsEntry("java", System.getProperty("java.version"))
        .containsKeys("espalier", "javaVendor");
    assertThat(now.environment())
        .containsEntry("architecture", System.getProperty("os.arch"))
        .containsEntry("processors", Integer.toString(Runtime.getRuntime().availableProcessors()))
        .containsKey("os");
    for (String name : List.of("TF_ENABLE_ONEDNN_OPTS", "TF_XLA_FLAGS")) {
      assertThat(now.environment().get(name)).isEqualTo(System.getenv(name));
    }
    assertThat(now.otherVersions()).isEmpty();
    assertThat(stretch(1, "cpu", "here", "0").otherVersions())
        .contains("tensorflow 0, then " + TensorFlowRuntime.version())
        .contains("java none, then " + System.getProperty("java.version"));
  }

  /** Digests are no settings, but a run from other weights or of another network is another. */
  @Test
  void digestsTellRunsApart() {
    FineTuning settings = Settings.defaults(FineTuning.class);
    RunDescription before = run(settings, "n", "s");
    assertThat(before.difference(run(settings, "n", "s"), settings)).isEmpty();
    assertThat(before.difference(run(settings, "n", "t"), settings))
        .hasValue("its startDigest is \"s\", now \"t\"");
    assertThat(before.difference(run(settings, "m", "s"), settings))
        .hasValue("its networkDigest is \"n\", now \"m\"");
    assertThat(before.difference(run(settings, "m", "t"), settings))
        .hasValue("its networkDigest is \"n\", now \"m\"");
  }

  private static RunDescription run(Record settings, String network, String start) {
    return new RunDescription(
        "tune",
        "hash",
        Settings.all(settings),
        Map.of(),
        Map.of("networkDigest", network, "startDigest", start),
        List.of());
  }
}
