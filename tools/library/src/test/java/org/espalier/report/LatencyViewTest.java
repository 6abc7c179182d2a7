package org.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.espalier.framework.checks.Latency;
import org.espalier.framework.runs.LatencyFile;
import org.espalier.framework.runs.Stretch;
import org.junit.jupiter.api.Test;

class LatencyViewTest {
  @Test
  void itSaysWhatWasMeasuredAndOnWhat() {
    Stretch on =
        new Stretch(
            0,
            3,
            "cpu",
            "here",
            "2026-11-25T00:00:00Z",
            Map.of("tensorflow", "2.18.0"),
            Map.of("processors", "4", "architecture", "amd64"));
    LatencyView view =
        LatencyView.of(
            new LatencyFile(
                List.of(new Latency(1, 27, 12.3, 4.92), new Latency(8, 9, 0.25, 0.5)), on));
    assertThat(view.rows())
        .containsExactly(
            new LatencyView.Row(1, "12.30 ms", "4.92 ms", "2.50 times faster", 27),
            new LatencyView.Row(8, "0.250 ms", "0.500 ms", "2.00 times slower", 9));
    assertThat(view.lead())
        .contains(
            "3 threads of 4 processors (amd64), cpu, host here, TensorFlow 2.18.0, 2026-11-25");
    assertThat(LatencyView.milliseconds(345.6)).isEqualTo("346 ms");
  }
}
