package org.espalier.pruning;

import java.util.Optional;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.settings.Named;

/**
 * Filters near the geometric median of their layer go, for the others can stand in for them: He et
 * al. 2019, "Filter Pruning via Geometric Median for Deep Neural Networks Acceleration", section
 * 3.3. The score is the sum of Euclidean distances to all other filters of the group. All layers
 * that make the channel count as one long filter.
 */
@Named(
    value = "fpgm",
    description =
        "filters nearest to all others of their layer"
            + " (He et al. 2019, Filter Pruning via Geometric Median)")
public record GeometricMedian() implements ScoringMethod {
  @Override
  public Optional<String> unableToScore(ChannelGroup group) {
    return group.members(Member.Role.PRODUCER).isEmpty()
        ? Optional.of("no layer makes its channels")
        : Optional.empty();
  }

  @Override
  public double[] scores(ChannelGroup group, Evidence evidence) {
    int channels = group.channels();
    double[][] squares = new double[channels][channels];
    for (Member producer : group.members(Member.Role.PRODUCER)) {
      addSquares(squares, producer, Producers.values(producer, evidence.weights()));
    }
    double[] scores = new double[channels];
    for (int i = 0; i < channels; i++) {
      for (int j = 0; j < channels; j++) {
        scores[i] += Math.sqrt(squares[Math.min(i, j)][Math.max(i, j)]);
      }
    }
    return scores;
  }

  /** Adds the squared distance of each two filters, which lie along the member's axis. */
  private static void addSquares(double[][] squares, Member producer, ShapedArray kernel) {
    int[] channelAt = producer.channelAt();
    int width = channelAt.length;
    float[] values = kernel.values();
    int inner = 1;
    for (int a = producer.axis() + 1; a < kernel.shape().rank(); a++) {
      inner *= kernel.shape().dim(a);
    }
    int[] occurrence = occurrences(channelAt);
    for (int row = 0; row < values.length; row += width * inner) {
      for (int i = 0; i < width; i++) {
        for (int j = 0; j < width; j++) {
          // Each pair once, in the half of the table above the diagonal.
          if (channelAt[i] >= 0 && channelAt[i] < channelAt[j] && occurrence[i] == occurrence[j]) {
            squares[channelAt[i]][channelAt[j]] +=
                distance(values, row + i * inner, row + j * inner, inner);
          }
        }
      }
    }
  }

  /** For each index, how often its channel was met before: filters of one channel are one. */
  private static int[] occurrences(int[] channelAt) {
    int[] met = new int[channelAt.length];
    int[] occurrence = new int[channelAt.length];
    for (int i = 0; i < channelAt.length; i++) {
      occurrence[i] = channelAt[i] < 0 ? 0 : met[channelAt[i]]++;
    }
    return occurrence;
  }

  private static double distance(float[] values, int a, int b, int count) {
    double sum = 0;
    for (int k = 0; k < count; k++) {
      double d = (double) values[a + k] - values[b + k];
      sum += d * d;
    }
    return sum;
  }
}
