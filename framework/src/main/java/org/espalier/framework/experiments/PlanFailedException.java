package org.espalier.framework.experiments;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Some tasks of a plan failed; all that did not need them were made. */
public final class PlanFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param failures what went wrong, one a task that was tried
   * @param skipped how many tasks were not tried, for they need those that failed
   */
  PlanFailedException(Collection<RuntimeException> failures, int skipped, int tasks) {
    super(message(failures, skipped, tasks), failures.iterator().next());
  }

  private static String message(Collection<RuntimeException> failures, int skipped, int tasks) {
    List<String> words =
        failures.stream().map(f -> String.valueOf(f.getMessage())).distinct().toList();
    String counted = failures.size() + " of " + tasks + " tasks failed";
    String others = skipped == 0 ? "" : ", " + skipped + " more need them and were not tried";
    return counted + others + ": " + words.stream().collect(Collectors.joining("; "));
  }
}
