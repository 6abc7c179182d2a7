package org.espalier.commandline.cli;

/** A command did what it was to do, and what came of it is no success: exit code 1, in one line. */
public final class Unsuccessful extends RuntimeException {
  private static final long serialVersionUID = 1;

  public Unsuccessful(String message) {
    super(message);
  }
}
