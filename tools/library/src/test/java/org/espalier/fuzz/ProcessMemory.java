package org.espalier.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much memory this process takes of the system, Java's and TensorFlow's. Linux tells; elsewhere
 * it is not known, and taken for 0.
 *
 * @param before in bytes, when it began to be watched
 */
record ProcessMemory(long before) {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path PEAK = Path.of("/proc/self/clear_refs");
  private static final String RESET = "5";

  static ProcessMemory now() {
    try {
      if (Files.isWritable(PEAK)) {
        Files.writeString(PEAK, RESET);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ProcessMemory(read("VmRSS:"));
  }

  /** The most that it held since, beside what it held before. */
  long grownBy() {
    return read("VmHWM:") - before;
  }

  private static long read(String what) {
    try {
      for (String line :
          Files.isReadable(STATUS) ? Files.readAllLines(STATUS) : java.util.List.<String>of()) {
        if (line.startsWith(what)) {
          return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
      }
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
