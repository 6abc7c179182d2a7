package org.espalier.pruning.comparison;

import java.util.List;

/**
 * A row of a paper's table, beside a comparison that is run for it.
 *
 * @param name of the row here
 * @param source where it was published
 * @param arms empty where it was not
 * @param notes what the numbers are, and where sources disagree
 * @param departures in what the comparison differs from the row; if there are any, its numbers and
 *     the published ones are not of the same thing
 */
public record PublishedRow(
    String name,
    String source,
    List<PublishedArm> arms,
    List<String> notes,
    List<String> departures) {
  public PublishedRow {
    arms = List.copyOf(arms);
    notes = List.copyOf(notes);
    departures = List.copyOf(departures);
  }

  /** Whether settings are those of the row, all of them. */
  public boolean isFaithful() {
    return departures.isEmpty();
  }
}
