package org.espalier.pruning.comparison;

import java.util.List;

/**
 * What a comparison ended with here.
 *
 * @param scale by how much smaller it was run; empty if it was not
 * @param seeds how many
 * @param how on which machine, with which version, and when
 * @param arms accuracies with their spread over the seeds
 */
public record MeasuredRow(String scale, int seeds, String how, List<PublishedArm> arms) {
  public MeasuredRow {
    arms = List.copyOf(arms);
  }
}
