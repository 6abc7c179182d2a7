package org.espalier.pruning.comparison;

import java.util.List;

/**
 * {@code results.json}.
 *
 * @param reading what the numbers mean, in sentences
 * @param warnings what the reader should know before trusting them: where a floor acted, and the
 *     like
 * @param commands how to run it again
 */
public record ComparisonResult(
    String name,
    String dataset,
    String scale,
    List<String> reading,
    List<String> warnings,
    List<String> commands,
    List<ArmResult> arms,
    List<ArmSummary> summary) {}
