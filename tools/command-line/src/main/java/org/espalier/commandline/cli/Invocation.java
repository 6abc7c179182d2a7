package org.espalier.commandline.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.espalier.framework.settings.SettingDescription;
import org.espalier.framework.settings.SettingsReader;
import org.espalier.framework.settings.SettingsSource;
import org.espalier.framework.settings.Vocabulary;

/**
 * What a command is run with.
 *
 * @param console where it talks
 * @param flags the settings given as options, by name without dashes
 * @param file the YAML file given with {@code --settings}
 * @param records the settings records of the command
 * @param words what settings may name
 * @param stop whether the process was asked to stop
 */
public record Invocation(
    Console console,
    Map<String, Object> flags,
    Optional<Path> file,
    List<Class<? extends Record>> records,
    Vocabulary words,
    BooleanSupplier stop) {

  /** One of the command's settings records, from its options and the YAML file beneath them. */
  public <R extends Record> R settings(Class<R> type) {
    return settings(type, List.of());
  }

  /** The same, with another source beneath file and options: a named choice, what a parent had. */
  public <R extends Record> R settings(Class<R> type, SettingsSource beneath) {
    return settings(type, List.of(beneath));
  }

  private <R extends Record> R settings(Class<R> type, List<SettingsSource> beneath) {
    if (!records.contains(type)) {
      throw new IllegalArgumentException(type.getName() + " is no settings record of the command");
    }
    List<SettingsSource> sources = new ArrayList<>(beneath);
    file.map(SettingsSource::yaml).ifPresent(sources::add);
    sources.add(SettingsSource.flags(flags));
    return new SettingsReader(words).read(type, sources, names(type));
  }

  /** The settings of the command's other records: known here, but not read. */
  private Set<String> names(Class<? extends Record> wanted) {
    return records.stream()
        .filter(other -> other != wanted)
        .flatMap(other -> words.describe(other).stream())
        .map(SettingDescription::name)
        .collect(Collectors.toSet());
  }

  /**
   * Refuses a setting that would be passed over, as a flag or in the file.
   *
   * @param why what to do instead
   */
  public void refuse(String setting, String why) {
    SettingsSource.flags(flags).refuse(setting, why);
    file.map(SettingsSource::yaml).ifPresent(source -> source.refuse(setting, why));
  }
}
