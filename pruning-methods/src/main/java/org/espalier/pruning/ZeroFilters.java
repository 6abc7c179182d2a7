package org.espalier.pruning;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.espalier.framework.evidence.Evidence;
import org.espalier.framework.settings.Settings;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.rewrites.ConstantChannels;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.ScatterOutputs;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/**
 * Filters that are zero are no longer computed: what is left of Soft Filter Pruning (He et al.
 * 2018) is a small network that computes what the trained one with its zeros does. Bias and batch
 * norm make a constant of a filter of zeros, and that constant is kept:
 *
 * <ul>
 *   <li>Where the channels may go, one of them stands for all that are zero, see {@link
 *       ConstantChannels}. It goes too where the activation makes zeros of all constants.
 *   <li>Where they may not, as in a residual trunk, filters of zeros are computed on; or the others
 *       are computed and scattered, see {@link ScatterOutputs}. That takes parameters and
 *       multiply-accumulates, but on CPUs costs more time than it saves.
 * </ul>
 *
 * @param scatter whether layers get smaller where what reads them stays wide
 */
@Named(
    value = "zero-filters",
    description =
        "filters that are zero, behind Soft Filter Pruning; outputs stay what they are"
            + " (He et al. 2018)")
public record ZeroFilters(
    @Setting(
            value =
                "Compute fewer channels also where what reads them stays wide, and scatter them: fewer"
                    + " parameters and multiply-accumulates, but slower on CPUs.",
            defaultValue = "false")
        boolean scatter)
    implements PruningMethod {

  /** What is decided about the groups so far. */
  private static final class Decided {
    final List<Cut.Group> cut = new ArrayList<>();
    final List<UnaryOperator<Weights>> merged = new ArrayList<>();
    final Map<String, int[]> scattered = new LinkedHashMap<>();
    int zeros;
    int constants;
  }

  @Override
  public boolean findsAmount() {
    return true;
  }

  @Override
  public Pruned prune(Evidence evidence, Amount amount) {
    if (!amount.asTrained()) {
      throw new UsageException(
          "zero-filters takes the filters that a training made zero; give as-trained alone");
    }
    Set<String> excluded = Selection.excluded(evidence.analysis(), amount);
    Decided decided = new Decided();
    for (ChannelGroup group : evidence.analysis().groups()) {
      if (!excluded.contains(group.id())) {
        decide(evidence, group, amount.limits(), decided);
      }
    }
    Map<String, Object> settings = new LinkedHashMap<>(Settings.asRead(amount));
    settings.putAll(Settings.asRead(this));
    Pruned pruned =
        Pruned.of(new Cut("zero-filters", settings, decided.cut))
            .repairedBy(
                weights -> {
                  Weights repaired = weights;
                  for (UnaryOperator<Weights> merge : decided.merged) {
                    repaired = merge.apply(repaired);
                  }
                  return repaired;
                })
            .withNotes(List.of(note(decided)));
    return decided.scattered.isEmpty() || !scatter
        ? pruned
        : pruned.finishedBy(
            List.of(new ScatterOutputs(decided.scattered, evidence.analysis().facts().rules())));
  }

  private void decide(Evidence evidence, ChannelGroup group, Limits limits, Decided decided) {
    List<Member> makers =
        group.members(Member.Role.PRODUCER).stream()
            .filter(m -> m.parameter().kind() == ParameterKind.CONV_KERNEL)
            .toList();
    Optional<ConstantChannels> constants =
        makers.size() == 1 ? ConstantChannels.of(evidence.analysis(), group) : Optional.empty();
    for (Member maker : makers) {
      int[] silent = silent(evidence.weights(), maker);
      decided.zeros += silent.length;
      if (silent.length == 0) {
        continue;
      }
      if (constants.isPresent()) {
        cut(evidence, group, constants.get(), silent, limits, decided);
      } else {
        scatter(evidence.analysis(), maker, silent, decided);
      }
    }
  }

  private static int[] silent(Weights weights, Member maker) {
    double[] sums = Producers.values(maker, weights).sumOver(maker.axis(), Math::abs);
    return IntStream.range(0, sums.length).filter(filter -> sums[filter] == 0).toArray();
  }

  private static void cut(
      Evidence evidence,
      ChannelGroup group,
      ConstantChannels constants,
      int[] silent,
      Limits limits,
      Decided decided) {
    double[] values = constants.values(evidence.weights());
    boolean speak = IntStream.of(silent).anyMatch(channel -> values[channel] != 0);
    int others = group.channels() - silent.length;
    int least = others + (speak || others == 0 ? 1 : 0);
    int left = Widths.kept(group, least, limits) - others;
    int[] gone = IntStream.of(silent).skip(left).toArray();
    Set<Integer> leaving = new java.util.HashSet<>(IntStream.of(gone).boxed().toList());
    if (leaving.isEmpty()) {
      return;
    }
    decided.cut.add(
        Cut.Group.of(
            group,
            IntStream.range(0, group.channels()).filter(c -> !leaving.contains(c)).toArray()));
    if (speak) {
      // Those that stay for other reasons are merged too: then the small network has zeros.
      decided.constants++;
      decided.merged.add(weights -> constants.merged(weights, silent, silent[0]));
    }
  }

  private static void scatter(
      ChannelAnalysis analysis, Member maker, int[] silent, Decided decided) {
    int filters = maker.parameter().shape().last();
    Set<Integer> gone = new java.util.HashSet<>(IntStream.of(silent).boxed().toList());
    if (gone.size() == filters) {
      gone.remove(0); // a convolution has at least one filter
    }
    String kernel = maker.parameter().name();
    if (!gone.isEmpty() && ScatterOutputs.fits(analysis, kernel)) {
      decided.scattered.put(
          kernel, IntStream.range(0, filters).filter(f -> !gone.contains(f)).toArray());
    }
  }

  private String note(Decided decided) {
    if (decided.zeros == 0) {
      return "no filter is zero, so nothing goes; train with the intervention soft-filter-pruning";
    }
    return String.format(
        Locale.ROOT,
        "%d filters are zero; %d layers lose channels, in %d of them one channel is left as the"
            + " constant that batch norm makes of zeros; %d layers %s",
        decided.zeros,
        decided.cut.size(),
        decided.constants,
        decided.scattered.size(),
        scatter
            ? "scatter their outputs"
            : "compute filters of zeros on, because what reads them stays wide");
  }
}
