package org.espalier.report;

import java.util.List;
import java.util.Locale;
import org.espalier.framework.checks.Latency;
import org.espalier.framework.runs.LatencyFile;
import org.espalier.framework.runs.Stretch;

/** How long a pruned model takes beside the one before, as the page and the terminal show it. */
public record LatencyView(String lead, List<Row> rows) {

  /** One size of batch. */
  public record Row(int batch, String before, String after, String change, int runs) {}

  public static LatencyView of(LatencyFile file) {
    Stretch on = file.on();
    String lead =
        String.format(
            Locale.ROOT,
            "Median wall time of a batch of random inputs. Original and pruned ran in turn, both as"
                + " they are served: batch norm folded, masks multiplied in. %s threads of %s"
                + " processors (%s), %s, host %s, TensorFlow %s, %s. Machines are noisy: the ratio says"
                + " more than the times.",
            on.threads(),
            on.environment().getOrDefault("processors", "?"),
            on.environment().getOrDefault("architecture", "?"),
            on.device(),
            on.host(),
            on.versions().getOrDefault("tensorflow", "?"),
            on.started());
    return new LatencyView(lead, file.measured().stream().map(LatencyView::row).toList());
  }

  private static Row row(Latency l) {
    return new Row(
        l.batch(),
        milliseconds(l.beforeMs()),
        milliseconds(l.afterMs()),
        l.faster() < 1
            ? Numbers.fixed(1 / l.faster(), 2) + " times slower"
            : Numbers.fixed(l.faster(), 2) + " times faster",
        l.runs());
  }

  /** {@code 0.214 ms}, {@code 12.31 ms}, {@code 346 ms}: about three digits. */
  static String milliseconds(double ms) {
    return Numbers.fixed(ms, ms < 1 ? 3 : ms < 100 ? 2 : 0) + " ms";
  }
}
