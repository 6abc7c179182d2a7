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
 * @param started numbers of dead processes are given again. On Linux in ticks since the machine was
 *     started, which nobody sets as one sets a clock; elsewhere in seconds since 1970
 */
public record ProcessId(String host, long space, long pid, long started) {
  private static final ProcessId NOBODY = new ProcessId("unknown", 0, 0, 0);
  private static final int PARTS = 4;

  /** Where the start stands behind the name: proc(5), field 22, counted from field 3. */
  private static final int START = 19;

  private static final class Current {
    static final ProcessId ID = of(ProcessHandle.current(), hostName(), numberSpace());
  }

  /** This process. */
  public static ProcessId current() {
    return Current.ID;
  }

  static ProcessId of(ProcessHandle process, String host, long space) {
    long started = process.info().startInstant().map(Instant::getEpochSecond).orElse(0L);
    String[] stat = stat(process.pid());
    return new ProcessId(
        host, space, process.pid(), stat.length > START ? Long.parseLong(stat[START]) : started);
  }

  /** What Linux says of a process, from its state on; nothing elsewhere, or if it is gone. */
  private static String[] stat(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    } catch (IOException e) {
      return new String[0];
    }
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
    String[] stat = stat(pid);
    return stat.length > 0 && stat[0].equals("Z");
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
