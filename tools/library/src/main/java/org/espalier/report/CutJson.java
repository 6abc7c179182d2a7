package org.espalier.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.graphs.BadInputException;

/** {@code cut.json}: which channels of each group a method kept. */
record CutJson(String method, List<Group> groups) {
  static final String FILE = "cut.json";

  CutJson {
    if (groups == null) {
      throw new BadInputException("no \"groups\"");
    }
  }

  record Group(String id, int channels, List<Integer> kept) {
    Group {
      if (id == null || kept == null || channels < 1) {
        throw new BadInputException(
            "a group without \"id\", \"channels\" of at least 1 and \"kept\": " + id);
      }
      if (kept.size() > channels) {
        throw new BadInputException(
            kept.size() + " kept of " + channels + " channels in group " + id);
      }
    }
  }

  static CutJson read(Path file) {
    return JsonFile.read(file, CutJson.class, "a cut as JSON");
  }

  /** The cuts of these folders, of those that have one. */
  static List<CutJson> in(Iterable<Path> folders) {
    List<CutJson> cuts = new ArrayList<>();
    for (Path folder : folders) {
      Path file = folder.resolve(FILE);
      if (Files.exists(file)) {
        cuts.add(read(file));
      }
    }
    return cuts;
  }

  /** The widths by group, in the order of the first cut, one number after the cut for each cut. */
  static List<LayerWidths> widths(List<CutJson> cuts) {
    Map<String, List<Group>> byId = new LinkedHashMap<>();
    cuts.forEach(
        cut ->
            cut.groups().forEach(g -> byId.computeIfAbsent(g.id(), i -> new ArrayList<>()).add(g)));
    return byId.values().stream()
        .map(
            groups ->
                new LayerWidths(
                    groups.get(0).id(),
                    groups.get(0).channels(),
                    groups.stream().map(group -> group.kept().size()).toList()))
        .toList();
  }
}
