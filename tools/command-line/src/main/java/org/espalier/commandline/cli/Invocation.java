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
import org.espalier.report.ShellWords;

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

  /** Whether a setting is given, as a flag or in the file. */
  public boolean gives(String setting) {
    return SettingsSource.flags(flags).has(setting)
        || file.map(SettingsSource::yaml).filter(source -> source.has(setting)).isPresent();
  }

  /**
   * The line that does this again, as a shell takes it.
   *
   * @param command with its arguments
   */
  public String again(String... command) {
    List<String> line = new ArrayList<>(List.of("espalier"));
    line.addAll(List.of(command));
    flags.forEach(
        (name, value) -> {
          line.add((Boolean.FALSE.equals(value) ? "--no-" : "--") + name);
          if (!(value instanceof Boolean)) {
            line.add(String.valueOf(value));
          }
        });
    file.ifPresent(path -> line.addAll(List.of(CommandTree.SETTINGS, path.toString())));
    return line.stream().map(ShellWords::quoted).collect(Collectors.joining(" "));
  }

  /** Refuses all settings of a record; see {@link #refuse(String, String)}. */
  public void refuse(Class<? extends Record> type, String why) {
    words.describe(type).forEach(setting -> refuse(setting.name(), why));
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
