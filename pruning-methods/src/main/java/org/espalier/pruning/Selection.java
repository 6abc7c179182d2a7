package org.espalier.pruning;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;

/**
 * The groups that the settings let a method cut, in the order in which data meets them.
 *
 * @param shares the share of channels that goes, for each group. Of no meaning where a MAC target
 *     decides
 */
record Selection(List<ChannelGroup> groups, List<Double> shares) {

  static Selection of(ChannelAnalysis analysis, Amount amount) {
    Set<String> excluded = excluded(analysis, amount);
    if (amount.preset().isPresent()) {
      Map<String, Double> ratios = Presets.get(amount.preset().get()).ratios(analysis);
      List<ChannelGroup> groups =
          analysis.prunable().stream()
              .filter(g -> ratios.containsKey(g.id()) && !excluded.contains(g.id()))
              .toList();
      return of(groups, g -> ratios.get(g.id()), analysis);
    }
    if (!amount.ratios().isEmpty()) {
      return ofRatios(analysis, amount, excluded);
    }
    List<ChannelGroup> groups =
        analysis.prunable().stream()
            .filter(g -> amount.limits().coupled() || !g.isCoupled())
            .filter(g -> !excluded.contains(g.id()))
            .toList();
    return of(groups, g -> amount.ratio().orElse(0.0), analysis);
  }

  /**
   * Without the groups that the method has nothing to say about.
   *
   * @param unable why it has not
   * @param name the method's, and what it does with groups; for the message where none is left
   */
  Selection able(
      Function<ChannelGroup, Optional<String>> unable, String name, ChannelAnalysis analysis) {
    List<Integer> able =
        IntStream.range(0, groups.size())
            .filter(g -> unable.apply(groups.get(g)).isEmpty())
            .boxed()
            .toList();
    if (able.isEmpty()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "%s no channel group of %s; the first, '%s': %s",
              name,
              analysis.network().name(),
              groups.get(0).id(),
              unable.apply(groups.get(0)).orElseThrow()));
    }
    return new Selection(
        able.stream().map(groups::get).toList(), able.stream().map(shares::get).toList());
  }

  /** Sentences on the groups that the method has nothing to say about. */
  List<String> whole(Function<ChannelGroup, Optional<String>> unable) {
    List<String> notes = new ArrayList<>();
    for (ChannelGroup group : groups) {
      unable
          .apply(group)
          .map(why -> String.format(Locale.ROOT, "group '%s' stays whole: %s", group.id(), why))
          .ifPresent(notes::add);
    }
    return notes;
  }

  private static Selection of(
      List<ChannelGroup> groups, Function<ChannelGroup, Double> ratio, ChannelAnalysis analysis) {
    if (groups.isEmpty()) {
      throw new UsageException(
          String.format(
                  Locale.ROOT,
                  "nothing to cut in %s: of its %d channel groups %d can be cut, and the settings leave out",
                  analysis.network().name(),
                  analysis.groups().size(),
                  analysis.prunable().size())
              + " all of these (see exclude; coupled adds groups that several layers make)");
    }
    return new Selection(groups, groups.stream().map(ratio).toList());
  }

  /** The groups that are named, and with a ratio for all the others too. */
  private static Selection ofRatios(ChannelAnalysis analysis, Amount amount, Set<String> excluded) {
    Map<String, Double> ratios = amount.sharesByGroup();
    Map<String, ChannelGroup> known =
        analysis.groups().stream().collect(Collectors.toMap(ChannelGroup::id, g -> g));
    for (String id : ratios.keySet()) {
      ChannelGroup group = known.get(id);
      if (group == null) {
        throw UsageException.unknown("channel group", id, known.keySet());
      }
      if (!group.prunable()) {
        throw new UsageException(
            String.format(Locale.ROOT, "group '%s' cannot be cut: %s", id, group.reason()));
      }
    }
    boolean others = amount.ratio().isPresent();
    List<ChannelGroup> groups =
        analysis.prunable().stream()
            .filter(
                g ->
                    ratios.containsKey(g.id())
                        || others && (amount.limits().coupled() || !g.isCoupled()))
            .filter(g -> !excluded.contains(g.id()))
            .toList();
    return of(groups, g -> ratios.getOrDefault(g.id(), amount.ratio().orElse(0.0)), analysis);
  }

  /** The groups that the limits leave out, which must be there. */
  static Set<String> excluded(ChannelAnalysis analysis, Amount amount) {
    List<String> known = analysis.groups().stream().map(ChannelGroup::id).toList();
    for (String id : amount.limits().exclude()) {
      if (!known.contains(id)) {
        throw UsageException.unknown("channel group", id, known);
      }
    }
    return amount.limits().exclude().stream().collect(Collectors.toUnmodifiableSet());
  }
}
