package org.espalier.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LaunchPlanTest {
  private static final String OURS =
      "glibc.malloc.hugetlb=1:glibc.malloc.mmap_max=0:glibc.malloc.top_pad=268435456"
          + ":glibc.malloc.trim_threshold=100000000000";

  private static final String[] FLAGS = {
    "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
    "-XX:MaxRAMPercentage=40",
    "-XX:+UseParallelGC",
    "-XX:Tier4InvocationThreshold=50000",
    "-XX:Tier4CompileThreshold=150000",
    "-XX:Tier4BackEdgeThreshold=400000",
    "--enable-native-access=ALL-UNNAMED"
  };

  @Test
  void aBareJvmLacksEverything() {
    LaunchPlan plan = LaunchPlan.missing(Map.of(), List.of(), 17, true);
    assertThat(plan.environment())
        .containsOnly(
            Map.entry("GLIBC_TUNABLES", OURS),
            Map.entry("TF_CPP_MIN_LOG_LEVEL", "2"),
            Map.entry("TF_ENABLE_ONEDNN_OPTS", "1"),
            Map.entry("TF_OVERRIDE_GLOBAL_THREADPOOL", "1"));
    assertThat(plan.flags()).containsExactly(FLAGS);
  }

  @Test
  void whatItAsksForIsEnough() {
    LaunchPlan plan = LaunchPlan.missing(Map.of(), List.of(), 17, true);
    assertThat(LaunchPlan.missing(plan.environment(), plan.flags(), 17, true).isEmpty()).isTrue();
  }

  @Test
  void theUsersChoicesStay() {
    Map<String, String> environment =
        Map.of(
            "GLIBC_TUNABLES",
            "glibc.malloc.mmap_max=7:glibc.rtld.optional_static_tls=512",
            "TF_CPP_MIN_LOG_LEVEL",
            "0",
            "TF_ENABLE_ONEDNN_OPTS",
            "0",
            "TF_OVERRIDE_GLOBAL_THREADPOOL",
            "0");
    LaunchPlan plan =
        LaunchPlan.missing(
            environment,
            List.of(
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=9"),
            23,
            true);
    assertThat(plan.flags()).containsExactly("--enable-native-access=ALL-UNNAMED");
    assertThat(plan.environment()).containsOnlyKeys("GLIBC_TUNABLES");
    assertThat(plan.environment().get("GLIBC_TUNABLES").split(":"))
        .containsExactly(
            "glibc.malloc.mmap_max=7",
            "glibc.rtld.optional_static_tls=512",
            "glibc.malloc.hugetlb=1",
            "glibc.malloc.top_pad=268435456",
            "glibc.malloc.trim_threshold=100000000000");
  }

  @Test
  void laterJavasAreAskedNotToWarn() {
    assertThat(LaunchPlan.missing(Map.of(), List.of(), 25, true).flags())
        .hasSize(FLAGS.length + 1)
        .endsWith("--sun-misc-unsafe-memory-access=allow");
  }

  @Test
  void onlyLinuxHasTunables() {
    assertThat(LaunchPlan.missing(Map.of(), List.of(), 17, false).environment())
        .containsOnlyKeys(
            "TF_CPP_MIN_LOG_LEVEL", "TF_ENABLE_ONEDNN_OPTS", "TF_OVERRIDE_GLOBAL_THREADPOOL");
  }
}
