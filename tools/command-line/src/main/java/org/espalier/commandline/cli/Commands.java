package org.espalier.commandline.cli;

import jakarta.inject.Provider;
import java.util.Map;
import org.espalier.framework.settings.Vocabulary;

/** All commands that there are. */
public interface Commands {
  /** By name; each is made when it is asked for. */
  Map<String, Provider<Command>> commands();

  /** What settings may name. */
  Provider<Vocabulary> words();
}
