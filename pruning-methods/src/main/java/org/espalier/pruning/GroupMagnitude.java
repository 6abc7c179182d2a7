package org.espalier.pruning;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/**
 * Channels go that all layers together make little of: the Euclidean norm of all that goes with a
 * channel, the filters that make it, the rows of the kernels that read it and batch norm's scale.
 * Fang et al. 2023, "DepGraph: Towards Any Structural Pruning", section 3.4.
 *
 * @param normalise how norms of different groups are made to compare in a global ranking
 */
@Named(
    value = "group-magnitude",
    description =
        "channels with the smallest norm of all weights that go with them"
            + " (Fang et al. 2023, DepGraph)")
public record GroupMagnitude(
    @Setting(
            value =
                "How groups compare: by the norm beside the mean of the group (mean), as it is (none), or"
                    + " its square beside the sum of those of the group that are no smaller (lamp).",
            defaultValue = "mean")
        Normalise normalise)
    implements ScoringMethod {
  /** What a norm is divided by. */
  public enum Normalise {
    MEAN,
    NONE,
    /** Lee et al. 2021, "Layer-Adaptive Sparsity", section 3, with channels for weights. */
    LAMP
  }

  @Override
  public boolean comparesGroups() {
    return normalise != Normalise.MEAN; // which a global ranking divides by itself
  }

  @Override
  public double[] scores(ChannelGroup group, Evidence evidence) {
    List<Member> all =
        group.members().stream()
            .filter(m -> m.parameter().kind().isKernel() || isScale(m.parameter().kind()))
            .toList();
    double[] squares = Producers.sums(group, all, evidence.weights(), w -> w * w);
    return normalise == Normalise.LAMP
        ? lamp(squares)
        : Arrays.stream(squares).map(Math::sqrt).toArray();
  }

  private static boolean isScale(ParameterKind kind) {
    return kind == ParameterKind.BN_SCALE;
  }

  private static double[] lamp(double[] squares) {
    int[] order =
        IntStream.range(0, squares.length)
            .boxed()
            .sorted(Comparator.comparingDouble(c -> squares[c])) // stable
            .mapToInt(Integer::intValue)
            .toArray();
    double[] scores = new double[squares.length];
    double larger = 0;
    for (int at = order.length - 1; at >= 0; at--) {
      larger += squares[order[at]];
      scores[order[at]] = larger == 0 ? 0 : squares[order[at]] / larger;
    }
    return scores;
  }
}
