package org.espalier.graphs;

/**
 * A file, graph or weight that was handed in is not what it should be. The message names it, says
 * what was expected and what was found. The command line exits with 3.
 */
public final class BadInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BadInputException(String message) {
    super(message);
  }

  public BadInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
