package org.espalier.commandline.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * What other command lines taught people to type: {@code help}, {@code help prune}, {@code
 * version}.
 */
final class Asked {
  private Asked() {}

  /** Whether it is the version alone that is asked for. */
  static boolean isVersion(String[] arguments) {
    return arguments.length == 1
        && (arguments[0].equals(CommandTree.VERSION) || arguments[0].equals("-V"));
  }

  /** The same as options, which is what picocli reads. */
  static String[] plainly(String[] typed) {
    List<String> words = new ArrayList<>(List.of(typed));
    if (words.isEmpty()) {
      return typed;
    }
    switch (words.get(0)) {
      case "help" -> {
        words.remove(0);
        words.add(CommandTree.HELP);
      }
      case "version" -> words.set(0, CommandTree.VERSION);
      default -> {
        return typed;
      }
    }
    return words.toArray(String[]::new);
  }
}
