package org.espalier.pruning.sensitivity;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.evidence.SampledEvidence;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.runs.SensitivityTable;
import org.espalier.framework.runs.SensitivityTable.Point;
import org.espalier.framework.runs.SensitivityTable.Row;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.CutCost;
import org.espalier.graphs.rewrites.Masks;
import org.espalier.graphs.settings.Named;

/**
 * Cuts each group alone, at each share. The network is opened once, whole: what makes or reads the
 * channels that go is set to zero, which computes what the network without them computes, and is
 * set back.
 */
final class SensitivityScan {
  /** Hears how the scan goes on. */
  interface Listener {
    /** A point is measured; may throw to stop here. */
    default void measured() {}

    /** A group is done: all so far. */
    default void done(SensitivityTable soFar) {}
  }

  private final Model model;
  private final SensitivitySpec how;
  private final ChannelAnalysis analysis;
  private final List<GroupCuts> groups;
  private final CutCost costs;
  private final Set<String> notes = new LinkedHashSet<>();

  /**
   * @param data whose training images the method may look at, if there are any
   * @throws org.espalier.graphs.UsageException if there is no group to cut, or one that is named is
   *     not known or cannot be cut
   */
  SensitivityScan(Model model, SensitivitySpec how, Optional<Dataset> data, Workshop shop) {
    this.model = model;
    this.how = how;
    analysis = ChannelAnalysis.of(model.network(), shop.rules());
    groups =
        GroupCuts.of(
            how, new SampledEvidence(analysis, model.weights(), data, shop.machine()), notes);
    costs = new CutCost(analysis);
  }

  /** What the user should know. */
  Set<String> notes() {
    return notes;
  }

  /** How many points there are that a table does not hold. */
  long left(Optional<SensitivityTable> before) {
    return (long) groups.size() * how.shares().size()
        - before.map(SensitivityTable::points).orElse(0L);
  }

  /**
   * Measures all that is not measured.
   *
   * @param before what is, with these settings, of this model
   * @throws BadInputException if that is of other groups
   */
  SensitivityTable run(Yardstick yardstick, Optional<SensitivityTable> before, Listener listener) {
    SensitivityTable table = before.orElseGet(() -> empty(yardstick));
    checkBegun(table);
    for (GroupCuts group : groups.subList(table.groups().size(), groups.size())) {
      List<Point> points = new ArrayList<>();
      for (int s = 0; s < how.shares().size(); s++) {
        points.add(point(yardstick, table, group, s));
        listener.measured();
      }
      table = table.with(new Row(group.id(), group.channels(), points));
      listener.done(table);
    }
    return table;
  }

  private SensitivityTable empty(Yardstick yardstick) {
    return new SensitivityTable(
        model.network().name(),
        how.method().getClass().getAnnotation(Named.class).value(),
        yardstick.on(),
        yardstick.images(),
        costs.macs(new Cut("", Map.of(), List.of())),
        !costs.open().isEmpty(),
        yardstick.score(),
        how.shares(),
        List.of());
  }

  private void checkBegun(SensitivityTable table) {
    List<String> found = table.groups().stream().map(Row::id).toList();
    List<String> expected = groups.stream().map(GroupCuts::id).toList();
    if (found.size() > expected.size() || !expected.subList(0, found.size()).equals(found)) {
      throw new BadInputException(
          SensitivityTable.FILE + ": expected the first of " + expected + ", found " + found);
    }
  }

  private Point point(Yardstick yardstick, SensitivityTable table, GroupCuts group, int share) {
    Cut cut = group.cuts().get(share);
    double asked = how.shares().get(share);
    if (group.kept(share) == group.channels()) { // the last channel of a group stays
      return new Point(asked, group.channels(), table.macs(), table.uncut());
    }
    Weights silent = Masks.silencing(cut, analysis).seen(model.weights());
    yardstick.set(silent);
    try {
      return new Point(asked, group.kept(share), costs.macs(cut), yardstick.score());
    } finally {
      yardstick.set(model.weights().filter(silent::contains));
    }
  }
}
