package org.espalier.pruning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.espalier.framework.evidence.Evidence;
import org.espalier.framework.settings.Settings;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.CutCost;
import org.espalier.graphs.rewrites.FoldScales;
import org.espalier.graphs.rewrites.RemoveBranches;
import org.espalier.graphs.settings.Named;

/**
 * Structures whose scale a training drove to zero go: residual branches, groups of convolutions and
 * channels. Huang and Wang 2018, "Data-Driven Sparse Structure Selection for Deep Neural Networks",
 * section 3, behind a training with the penalty {@code proximal-l1:branch-scale:0.01} of a network
 * with scales: see the passes {@code insert-branch-scales}, {@code insert-group-scales} and {@code
 * insert-channel-scales}. A projection around a branch stays. Scales that stay are multiplied into
 * the layers before them.
 *
 * <p>As trained, all that is zero goes. A ratio is the share of all scales, a target takes the
 * smallest first; then scales go that are not zero.
 */
@Named(
    value = "sss",
    description =
        "residual branches, groups and channels whose trained scale is zero"
            + " (Huang and Wang 2018, Sparse Structure Selection)")
public record SparseStructureSelection() implements PruningMethod {
  private static final String NAME = "sss";

  /**
   * What one scale multiplies.
   *
   * @param group of the channel; null for a branch
   * @param size of the scale
   */
  private record Structure(String scale, ChannelGroup group, int channel, double size) {}

  @Override
  public boolean findsAmount() {
    return true;
  }

  @Override
  public Pruned prune(Evidence evidence, Amount amount) {
    List<Structure> rising = new ArrayList<>(structures(evidence, amount));
    if (rising.isEmpty()) {
      throw new UsageException(
          "sss: "
              + evidence.network().name()
              + " has no scales of branches, groups or channels; give the training the pass"
              + " insert-branch-scales, insert-group-scales or insert-channel-scales");
    }
    rising.sort(Comparator.comparingDouble(Structure::size)); // stable
    int gone = gone(evidence, amount, rising);
    Cut cut = cut(evidence, amount, rising.subList(0, gone));
    return Pruned.of(cut).finishedBy(List.of(new FoldScales())).withNotes(notes(cut, rising, gone));
  }

  private static List<Structure> structures(Evidence evidence, Amount amount) {
    List<Structure> found = new ArrayList<>();
    for (String scale :
        RemoveBranches.scaled(evidence.network(), evidence.analysis().facts().rules())) {
      found.add(new Structure(scale, null, -1, size(evidence, scale, 0)));
    }
    Set<String> excluded = Selection.excluded(evidence.analysis(), amount);
    for (ChannelGroup group : evidence.analysis().prunable()) {
      for (Member member : group.members(Member.Role.FOLLOWER)) {
        boolean scales = member.parameter().kind() == ParameterKind.BRANCH_SCALE;
        for (int i = 0; i < member.channelAt().length && scales; i++) {
          int channel = member.channelAt()[i];
          if (channel >= 0 && !excluded.contains(group.id())) {
            String scale = member.parameter().name();
            found.add(new Structure(scale, group, channel, size(evidence, scale, i)));
          }
        }
      }
    }
    return found;
  }

  private static double size(Evidence evidence, String scale, int index) {
    ShapedArray values = evidence.weights().get(scale);
    double size = Math.abs(values.values()[index]);
    if (!Double.isFinite(size)) {
      throw new BadInputException(
          "expected finite scales in '" + scale + "', found " + values.values()[index]);
    }
    return size;
  }

  /** How many of the smallest go. */
  private static int gone(Evidence evidence, Amount amount, List<Structure> rising) {
    if (amount.asTrained()) {
      return (int) rising.stream().filter(s -> s.size() == 0).count();
    }
    if (amount.ratio().isPresent() && amount.ratios().isEmpty()) {
      return (int) (rising.size() * amount.ratio().get());
    }
    CutCost cost = new CutCost(evidence.analysis());
    if (amount.targetMacs().isPresent()) {
      if (!cost.open().isEmpty()) {
        throw new UsageException(
            "target-macs needs all multiply-accumulates, and they are known in part only: "
                + cost.open().get(0)
                + "; give target-parameters or ratio");
      }
      double target = amount.targetMacs().get();
      return first(evidence, amount, rising, target, "MACs", cost::macs);
    }
    if (amount.targetParameters().isPresent()) {
      double target = amount.targetParameters().get();
      return first(evidence, amount, rising, target, "parameters", cost::parameters);
    }
    throw new UsageException(
        "sss decides by its scales: give as-trained, ratio, target-macs or target-parameters, not"
            + " shares of single groups or a preset");
  }

  /** The fewest that must go so that a target is met. */
  private static int first(
      Evidence evidence,
      Amount amount,
      List<Structure> rising,
      double target,
      String unit,
      java.util.function.ToLongFunction<Cut> count) {
    long before = count.applyAsLong(cut(evidence, amount, List.of()));
    double limit = target <= 1 ? target * before : target;
    int low = 0;
    int high = rising.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      long left = count.applyAsLong(cut(evidence, amount, rising.subList(0, middle)));
      if (left <= limit) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    long least = count.applyAsLong(cut(evidence, amount, rising.subList(0, high)));
    if (least > limit) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "sss is asked for at most %.0f of %d %s; without all that has a scale, %d are left",
              limit,
              before,
              unit,
              least));
    }
    return high;
  }

  private static Cut cut(Evidence evidence, Amount amount, List<Structure> gone) {
    Set<String> branches = new HashSet<>();
    List<Cut.Group> groups = new ArrayList<>();
    gone.stream().filter(s -> s.group() == null).forEach(s -> branches.add(s.scale()));
    for (ChannelGroup group : evidence.analysis().prunable()) {
      List<Integer> own =
          gone.stream().filter(s -> s.group() == group).map(Structure::channel).toList();
      if (!own.isEmpty()) {
        groups.add(Cut.Group.of(group, kept(group, own, amount.limits())));
      }
    }
    List<String> inOrder =
        RemoveBranches.scaled(evidence.network(), evidence.analysis().facts().rules()).stream()
            .filter(branches::contains)
            .toList();
    return new Cut(NAME, Settings.asRead(amount), groups, inOrder);
  }

  /** Of those that would go, the ones with the largest scales stay where limits say so. */
  private static int[] kept(ChannelGroup group, List<Integer> rising, Limits limits) {
    Set<Integer> kept = new TreeSet<>(IntStream.range(0, group.channels()).boxed().toList());
    rising.forEach(kept::remove);
    int width = Widths.kept(group, kept.size(), limits);
    for (int i = rising.size() - 1; kept.size() < width; i--) {
      kept.add(rising.get(i));
    }
    return kept.stream().mapToInt(Integer::intValue).toArray();
  }

  private static List<String> notes(Cut cut, List<Structure> rising, int gone) {
    List<String> notes = new ArrayList<>();
    long branches = rising.stream().filter(s -> s.group() == null).count();
    if (!cut.branches().isEmpty()) {
      notes.add(
          cut.branches().size()
              + " of "
              + branches
              + " branches go: "
              + String.join(", ", cut.branches()));
    }
    if (gone == 0) {
      notes.add(
          String.format(
              Locale.ROOT,
              "nothing goes: the smallest of %d scales is %.3g; a longer training or a stronger"
                  + " penalty proximal-l1:branch-scale makes zeros",
              rising.size(),
              rising.get(0).size()));
    } else if (rising.get(gone - 1).size() > 0) {
      notes.add(
          String.format(
              Locale.ROOT,
              "scales go that are not zero, up to %.3g, so outputs change",
              rising.get(gone - 1).size()));
    }
    for (Cut.Group group : cut.groups()) {
      long asked =
          rising.subList(0, gone).stream()
              .filter(s -> s.group() != null && s.group().id().equals(group.id()))
              .count();
      if (group.channels() - group.kept().size() < asked) {
        notes.add(
            String.format(
                Locale.ROOT,
                "group '%s': %d of %d channels were to stay, kept %d because of floor and round-to",
                group.id(),
                group.channels() - asked,
                group.channels(),
                group.kept().size()));
      }
    }
    return notes;
  }
}
