package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.espalier.graphs.RandomStream;
import org.junit.jupiter.api.Test;

/** Random numbers are those of an independent implementation, bit by bit. */
class RandomStreamGoldenTest {
  @Test
  void matchesTheOracle() {
    JsonNode streams = GoldenWeights.fixture("rng").get("streams");
    assertThat(streams).hasSize(2);
    for (JsonNode s : streams) {
      String[] path = {s.get("path").get(0).textValue(), s.get("path").get(1).textValue()};
      RandomStream longs = RandomStream.of(s.get("seed").longValue(), path);
      s.get("nextLong")
          .forEach(n -> assertThat(longs.nextLong()).isEqualTo(Long.parseLong(n.textValue())));
      RandomStream doubles = RandomStream.of(s.get("seed").longValue(), path);
      s.get("nextDouble").forEach(n -> assertThat(doubles.nextDouble()).isEqualTo(n.doubleValue()));
    }
  }
}
