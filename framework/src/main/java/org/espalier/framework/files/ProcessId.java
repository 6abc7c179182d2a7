package org.espalier.framework.files;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A process, known from any other one on any host that shares the files.
 *
 * @param space which process numbers the number is one of; in containers every process may be 1
 * @param started seconds since 1970; numbers of dead processes are given again
 */
public record ProcessId(String host, long space, long pid, long started) {
  private static final ProcessId NOBODY = new ProcessId("unknown", 0, 0, 0);
  private static final int PARTS = 4;

  private static final class Current {
    static final ProcessId ID = of(ProcessHandle.current(), hostName(), numberSpace());
  }

  /** This process. */
  public static ProcessId current() {
    return Current.ID;
  }

  private static ProcessId of(ProcessHandle process, String host, long space) {
    long started = process.info().startInstant().map(Instant::getEpochSecond).orElse(0L);
    return new ProcessId(host, space, process.pid(), started);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName().replaceAll("[^\\w.-]", "-");
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  private static long numberSpace() {
    try {
      String link = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
      return Long.parseLong(link.replaceAll("\\D", ""));
    } catch (IOException | UnsupportedOperationException | NumberFormatException e) {
      return 0; // not Linux: there are no such spaces
    }
  }

  /** Whether it is known to be dead. Of another host's processes nothing is known. */
  public boolean isGone() {
    ProcessId here = current();
    return host.equals(here.host)
        && space == here.space
        && ProcessHandle.of(pid)
            .filter(p -> p.isAlive() && !isZombie(pid) && of(p, host, space).equals(this))
            .isEmpty();
  }

  /** Dead, but listed until its parent asks how it ended, which in many a container nobody does. */
  private static boolean isZombie(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return false; // not Linux, or gone by now
    }
  }

  /** For the names of files: {@code HOST~SPACE~PID~STARTED}. */
  @Override
  public String toString() {
    return host + "~" + space + "~" + pid + "~" + started;
  }

  /** Reads what {@link #toString()} writes; anything else is a process that is never gone. */
  public static ProcessId parse(String text) {
    String[] parts = text.split("~", -1);
    try {
      if (parts.length == PARTS) {
        return new ProcessId(
            parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2]), Long.parseLong(parts[3]));
      }
    } catch (NumberFormatException e) {
      return NOBODY;
    }
    return NOBODY;
  }
}
