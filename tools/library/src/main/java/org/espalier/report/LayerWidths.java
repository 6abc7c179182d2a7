package org.espalier.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.runs.CutFile;
import org.espalier.graphs.rewrites.Cut;

/**
 * The channels of one layer, or of a group of layers that is cut together.
 *
 * @param before in the unpruned network
 * @param after left by the cut, one number a seed where each seed has a cut of its own
 */
public record LayerWidths(String layer, int before, List<Integer> after) {
  public LayerWidths {
    after = List.copyOf(after);
  }

  public static LayerWidths of(String layer, int before, int after) {
    return new LayerWidths(layer, before, List.of(after));
  }

  static boolean hasCut(Path folder) {
    return Files.exists(folder.resolve(CutFile.FILE));
  }

  /**
   * The widths by group, in the order of the first cut, one number after the cut for each cut.
   *
   * @param folders each with a cut
   */
  static List<LayerWidths> of(List<Path> folders) {
    Map<String, List<Cut.Group>> byId = new LinkedHashMap<>();
    for (Path folder : folders) {
      CutFile.read(folder.resolve(CutFile.FILE))
          .groups()
          .forEach(g -> byId.computeIfAbsent(g.id(), i -> new ArrayList<>()).add(g));
    }
    return byId.values().stream()
        .map(
            groups ->
                new LayerWidths(
                    groups.get(0).id(),
                    groups.get(0).channels(),
                    groups.stream().map(group -> group.kept().size()).toList()))
        .toList();
  }

  double mean() {
    return after.stream().mapToInt(Integer::intValue).average().orElse(before);
  }

  int least() {
    return after.stream().mapToInt(Integer::intValue).min().orElse(before);
  }

  int most() {
    return after.stream().mapToInt(Integer::intValue).max().orElse(before);
  }
}
