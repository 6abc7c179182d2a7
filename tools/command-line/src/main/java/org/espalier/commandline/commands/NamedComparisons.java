package org.espalier.commandline.commands;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.framework.settings.SettingsSource;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.UsageException;

/** The comparisons of Liu et al. 2019, table 1: L1-norm filter pruning on CIFAR-10, five seeds. */
final class NamedComparisons {
  private static final Map<String, Map<String, Object>> KNOWN = new TreeMap<>();

  static {
    put("l1-vgg16-a", "vgg16", "vgg16-a");
    put("l1-resnet56-a", "resnet56", "resnet56-a");
    put("l1-resnet56-b", "resnet56", "resnet56-b");
    put("l1-resnet110-a", "resnet110", "resnet110-a");
    put("l1-resnet110-b", "resnet110", "resnet110-b");
  }

  private NamedComparisons() {}

  private static void put(String name, String architecture, String preset) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("architecture", architecture);
    values.put("dataset", "cifar10");
    values.put("method", "l1-norm");
    values.put("preset", preset);
    KNOWN.put(name, values);
  }

  static List<String> names() {
    return List.copyOf(KNOWN.keySet());
  }

  /** The names, for help. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return names().iterator();
    }
  }

  /** The settings of a comparison by name, or from a file. */
  static SettingsSource source(String nameOrFile) {
    if (KNOWN.containsKey(nameOrFile)) {
      return new SettingsSource("comparison " + nameOrFile, KNOWN.get(nameOrFile));
    }
    Path file = Path.of(nameOrFile);
    if (Files.isRegularFile(file)) {
      return SettingsSource.yaml(file);
    }
    if (nameOrFile.endsWith(".yaml") || nameOrFile.endsWith(".yml")) {
      throw new BadInputException(nameOrFile + ": expected a file with settings, found none");
    }
    throw UsageException.unknown("comparison", nameOrFile, KNOWN.keySet());
  }

  static String shortName(String nameOrFile) {
    Path last = Path.of(nameOrFile).getFileName();
    return (last == null ? nameOrFile : last.toString()).replaceAll("\\.ya?ml$", "");
  }
}
