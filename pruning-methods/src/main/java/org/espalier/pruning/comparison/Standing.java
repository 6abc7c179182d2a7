package org.espalier.pruning.comparison;

import java.util.Optional;

/**
 * Where the results of a comparison stand.
 *
 * @param scaled how much smaller it was run than its settings say; empty if it was not
 * @param published the row of the paper that it is run for, if it is for one
 */
public record Standing(Optional<Scale> scaled, Optional<PublishedRow> published) {
  /** By itself, beside no published numbers. */
  public static Standing of(Comparison comparison) {
    return new Standing(comparison.scale(), Optional.empty());
  }

  /** The same beside a row of the paper. */
  public Standing beside(PublishedRow row) {
    return new Standing(scaled, Optional.of(row));
  }
}
