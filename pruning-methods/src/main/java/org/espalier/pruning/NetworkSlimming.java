package org.espalier.pruning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.espalier.framework.evidence.Evidence;
import org.espalier.framework.settings.Settings;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.settings.Named;

/**
 * Network Slimming: Liu et al. 2017, "Learning Efficient Convolutional Networks through Network
 * Slimming", section 3, behind a training with the penalty {@code l1:bn-scale:0.0001}. The scales
 * of all batch norms that may be cut are ranked together. With a ratio, the threshold is the one of
 * the reference: the scale at position {@code (int) (ratio x scales)} in rising order, and only
 * what is greater stays. A ratio of 0 removes nothing.
 *
 * <p>The same scores as {@link BatchNormScale}, which can be told to rank within groups.
 */
@Named(
    value = "slimming",
    description =
        "channels whose scales of batch norm are smallest in the whole network, behind a training"
            + " with l1:bn-scale (Liu et al. 2017, Network Slimming)")
public record NetworkSlimming() implements ScoringMethod {
  private static final ScoringMethod SCALES = new BatchNormScale();

  /** Below this share of the largest scale, one is as good as zero. */
  private static final double SMALL = 0.01;

  @Override
  public Optional<String> unableToScore(ChannelGroup group) {
    return SCALES.unableToScore(group);
  }

  @Override
  public boolean comparesGroups() {
    return true;
  }

  @Override
  public double[] scores(ChannelGroup group, Evidence evidence) {
    return SCALES.scores(group, evidence);
  }

  @Override
  public Pruned prune(Evidence evidence, Amount amount) {
    Amount global = amount.with(limits -> limits.scope(Limits.Scope.GLOBAL));
    Pruned pruned = ScoringMethod.super.prune(evidence, global);
    if (global.ratio().orElse(0.0) > 0) {
      // The ranking takes a share; it is given the one that leaves what the threshold leaves.
      double[] scores = scores(evidence, pruned.cut().orElseThrow());
      double share = (gone(scores, global.ratio().get()) + 0.5) / scores.length;
      Amount asked = Settings.with(global, "ratio", Optional.of(share));
      pruned = told(ScoringMethod.super.prune(evidence, asked), pruned.cut().get().settings());
    }
    Cut cut = pruned.cut().orElseThrow();
    List<String> notes = new ArrayList<>(pruned.notes());
    outside(evidence, cut).ifPresent(notes::add);
    notes.addAll(sparsity(scores(evidence, cut), largestGone(evidence, cut), cut));
    return pruned.withNotes(notes);
  }

  /** The same decision, with the settings that were asked for. */
  private static Pruned told(Pruned pruned, Map<String, Object> settings) {
    Cut cut = pruned.cut().orElseThrow();
    return Pruned.of(new Cut(cut.method(), settings, cut.groups())).withNotes(pruned.notes());
  }

  /**
   * How many go by the threshold at a share of all: those that are equal to it too, and so at least
   * one more than the share says. The last of all stays.
   *
   * @param rising all scores
   */
  static int gone(double[] rising, double share) {
    double threshold = rising[Math.min((int) (rising.length * share), rising.length - 1)];
    int gone = (int) Arrays.stream(rising).filter(score -> score <= threshold).count();
    return Math.min(gone, rising.length - 1);
  }

  /** Of all channels that are ranked, the lowest first. */
  private double[] scores(Evidence evidence, Cut cut) {
    return ranked(evidence, cut).stream()
        .flatMapToDouble(group -> DoubleStream.of(scores(group, evidence)))
        .sorted()
        .toArray();
  }

  /** Where a floor keeps small ones, larger ones go in their place. */
  private double largestGone(Evidence evidence, Cut cut) {
    double largest = 0;
    for (ChannelGroup group : ranked(evidence, cut)) {
      List<Integer> kept =
          cut.groups().stream()
              .filter(g -> g.id().equals(group.id()))
              .findFirst()
              .orElseThrow()
              .kept();
      double[] scores = scores(group, evidence);
      for (int c = 0; c < scores.length; c++) {
        largest = kept.contains(c) ? largest : Math.max(largest, scores[c]);
      }
    }
    return largest;
  }

  private static List<ChannelGroup> ranked(Evidence evidence, Cut cut) {
    List<String> ids = cut.groups().stream().map(Cut.Group::id).toList();
    return evidence.analysis().groups().stream().filter(g -> ids.contains(g.id())).toList();
  }

  /** The batch norms that are left alone. */
  private static Optional<String> outside(Evidence evidence, Cut cut) {
    List<String> own =
        ranked(evidence, cut).stream()
            .flatMap(g -> g.members().stream())
            .map(m -> m.parameter().name())
            .toList();
    long all = 0;
    long outside = 0;
    for (var p : evidence.network().parameters(k -> k == ParameterKind.BN_SCALE)) {
      all += p.shape().elements();
      outside += own.contains(p.name()) ? 0 : p.shape().elements();
    }
    return outside == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%d of %d scales of batch norm are not ranked, because their channels may not go;"
                    + " select ranks those of branches that leave a trunk, coupled those of trunks",
                outside,
                all));
  }

  /** How much of what goes was small. */
  private static List<String> sparsity(double[] all, double largestGone, Cut cut) {
    double largest = all[all.length - 1];
    long small = Arrays.stream(all).filter(s -> s < SMALL * largest).count();
    int gone = cut.groups().stream().mapToInt(g -> g.channels() - g.kept().size()).sum();
    List<String> notes = new ArrayList<>();
    notes.add(
        String.format(
            Locale.ROOT,
            "%.1f %% of the %d scales of batch norm are below 1 %% of the largest; %.1f %% go",
            100.0 * small / all.length,
            all.length,
            100.0 * gone / all.length));
    if (gone > 2 * small) {
      notes.add(
          String.format(
              Locale.ROOT,
              "the scales are not sparse enough: channels go whose scale is up to %.0f %% of the"
                  + " largest, so accuracy falls until the network is fine-tuned; the penalty"
                  + " l1:bn-scale was too weak, the training too short, or the share is too large",
              100 * largestGone / largest));
    }
    return notes;
  }
}
