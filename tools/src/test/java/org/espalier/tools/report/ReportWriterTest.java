package org.espalier.tools.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReportWriterTest {
  @Test
  void writes() {
    Path file = Path.of("target", "sample-report.html");
    assertThat(ReportWriter.write(Samples.comparison(), file)).exists();
    System.out.println(
        ComparisonTable.of(
            Samples.comparison().summary(), java.nio.charset.StandardCharsets.UTF_8));
  }
}
