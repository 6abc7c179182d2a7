package org.espalier.lottery;

import java.util.Map;
import org.espalier.framework.settings.SettingsSource;

/**
 * A lottery that can be asked for by name.
 *
 * @param title what it is, in a sentence
 * @param settings those of a {@link Lottery}, as in a file
 */
public record NamedLottery(String name, String title, Map<String, Object> settings) {
  /** Where its settings come from, for those who change some of them. */
  public SettingsSource source() {
    return new SettingsSource(name, settings);
  }
}
