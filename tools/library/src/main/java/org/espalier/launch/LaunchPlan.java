package org.espalier.launch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a JVM that trains is started with: flags, and variables that C libraries read before Java
 * could set them. The script {@code espalier} sets the same; a test holds the two together.
 *
 * @param flags JVM flags to add
 * @param environment variables to add or change
 */
record LaunchPlan(List<String> flags, Map<String, String> environment) {
  private static final String TUNABLES = "GLIBC_TUNABLES";

  /** Huge pages, and memory kept between steps: training is faster for it. */
  private static final Map<String, String> GLIBC =
      new TreeMap<>(
          Map.of(
              "glibc.malloc.hugetlb", "1",
              "glibc.malloc.mmap_max", "0",
              "glibc.malloc.trim_threshold", "100000000000",
              "glibc.malloc.top_pad", "268435456"));

  /**
   * Few words; threads of its own for every session, or {@code --threads} would be that of the
   * first one; and oneDNN's convolutions. TensorFlow leaves those off on processors without AVX-512
   * VNNI or later, where they are three times faster all the same.
   */
  private static final Map<String, String> DEFAULTS =
      new TreeMap<>(
          Map.of(
              "TF_CPP_MIN_LOG_LEVEL",
              "2",
              "TF_ENABLE_ONEDNN_OPTS",
              "1",
              "TF_OVERRIDE_GLOBAL_THREADPOOL",
              "1"));

  /**
   * Ten times what is usual. Most commands are over in seconds, and the compiler that makes the
   * fastest code takes a quarter of their time; what runs for minutes gets it all the same.
   */
  private static final List<String> LATE_OPTIMISING =
      List.of(
          "-XX:Tier4InvocationThreshold=50000",
          "-XX:Tier4CompileThreshold=150000",
          "-XX:Tier4BackEdgeThreshold=400000");

  /** Java 24 warns of what TensorFlow's arrays do with memory, in words that help nobody here. */
  private static final int WARNS_OF_UNSAFE = 24;

  /**
   * What is missing. Whatever the user has chosen stays.
   *
   * @param environment the variables of this process
   * @param jvmFlags the flags of this JVM
   * @param javaFeature its version, for example 17
   * @param linux whether to speak to glibc; TensorFlow's libraries run on no other there
   */
  static LaunchPlan missing(
      Map<String, String> environment, List<String> jvmFlags, int javaFeature, boolean linux) {
    Map<String, String> variables = new LinkedHashMap<>();
    if (linux) {
      String theirs = environment.getOrDefault(TUNABLES, "");
      String merged = merge(theirs);
      if (!merged.equals(theirs)) {
        variables.put(TUNABLES, merged);
      }
    }
    DEFAULTS.forEach(
        (name, value) -> {
          if (!environment.containsKey(name)) {
            variables.put(name, value);
          }
        });
    return new LaunchPlan(missingFlags(jvmFlags, javaFeature), variables);
  }

  boolean isEmpty() {
    return flags.isEmpty() && environment.isEmpty();
  }

  /** Adds our tunables to the user's, which win where both name one. */
  static String merge(String theirs) {
    StringBuilder merged = new StringBuilder(theirs);
    GLIBC.forEach(
        (name, value) -> {
          if (!(":" + theirs).contains(":" + name + "=")) {
            merged.append(merged.isEmpty() ? "" : ":").append(name).append('=').append(value);
          }
        });
    return merged.toString();
  }

  private static List<String> missingFlags(List<String> given, int javaFeature) {
    List<String> flags = new ArrayList<>();
    // JavaCPP counts the memory of the whole process, huge pages included, and gives up too early.
    if (none(given, "-Dorg\\.bytedeco\\.javacpp\\.maxPhysicalBytes=.*")) {
      flags.add("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    }
    // Half of the memory or more belongs to TensorFlow.
    if (none(given, "-Xmx.*|-XX:MaxHeapSize=.*|-XX:MaxRAM.*")) {
      flags.add("-XX:MaxRAMPercentage=40");
    }
    // No collector threads beside the training steps.
    if (none(given, "-XX:[+]Use\\w*GC")) {
      flags.add("-XX:+UseParallelGC");
    }
    if (none(given, "-XX:Tier.*")) {
      flags.addAll(LATE_OPTIMISING);
    }
    // Java 24 and later warn without it; 17 to 23 take it in silence.
    if (none(given, "--enable-native-access=.*")) {
      flags.add("--enable-native-access=ALL-UNNAMED");
    }
    if (javaFeature >= WARNS_OF_UNSAFE && none(given, "--sun-misc-unsafe-memory-access=.*")) {
      flags.add("--sun-misc-unsafe-memory-access=allow");
    }
    return flags;
  }

  private static boolean none(List<String> given, String pattern) {
    return given.stream().noneMatch(flag -> flag.matches(pattern));
  }
}
