package org.espalier.pruning.sensitivity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.pruning.Pruned;

/**
 * One group, cut alone at each share.
 *
 * @param cuts in the order of the shares, each of this group and no other
 */
record GroupCuts(String id, int channels, List<Cut> cuts) {

  /**
   * The groups in the order in which data meets them, with what the method would do to each of them
   * alone. Since scores of a group regard no other group, cutting all at once and taking them apart
   * is the same, and the method is asked once a share.
   *
   * @param notes hears what the user should know: groups that the method cannot score
   */
  static List<GroupCuts> of(SensitivitySpec how, Evidence evidence, Set<String> notes) {
    Map<String, List<Cut>> cuts = new LinkedHashMap<>();
    Map<String, Integer> channels = new LinkedHashMap<>();
    for (double share : how.shares()) {
      Pruned all = how.method().prune(evidence, how.amount(share));
      notes.addAll(all.notes());
      Cut whole = all.cut().orElseThrow();
      for (Cut.Group group : whole.groups()) {
        channels.put(group.id(), group.channels());
        cuts.computeIfAbsent(group.id(), id -> new ArrayList<>())
            .add(new Cut(whole.method(), whole.settings(), List.of(group)));
      }
    }
    List<GroupCuts> groups = new ArrayList<>();
    cuts.forEach((id, ofGroup) -> groups.add(new GroupCuts(id, channels.get(id), ofGroup)));
    return groups;
  }

  /** Channels that stay at a share. */
  int kept(int share) {
    return cuts.get(share).groups().get(0).kept().size();
  }
}
