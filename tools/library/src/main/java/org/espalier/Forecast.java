package org.espalier;

import java.util.List;

/**
 * What a plan would do.
 *
 * @param tasks in the order in which they can be made
 * @param seconds that those which are not done will take, an estimate
 */
public record Forecast(String name, List<Entry> tasks, double seconds) {
  public Forecast {
    tasks = List.copyOf(tasks);
  }

  /** How far a task is. */
  public enum State {
    DONE,
    BEGUN,
    TO_DO
  }

  /**
   * One task.
   *
   * @param task in a few words
   * @param arms that it is for; none if others only need it
   * @param epochs that it trains; 0 if it trains none
   * @param seconds that it will take, an estimate; 0 if it is done
   */
  public record Entry(
      String task, String hash, List<String> arms, State state, int epochs, double seconds) {}
}
