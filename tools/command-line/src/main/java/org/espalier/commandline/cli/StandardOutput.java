package org.espalier.commandline.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Where results go, which must not get lost: a print stream passes over what could not be written,
 * so here the first failure is kept, to be asked for.
 */
final class StandardOutput extends FilterOutputStream {
  private IOException failure;

  StandardOutput(OutputStream to) {
    super(to);
  }

  /** In UTF-8 whatever the locale says: JSON is. */
  PrintStream printing() {
    return new PrintStream(this, true, StandardCharsets.UTF_8);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    try {
      out.write(bytes, from, count);
      if (out instanceof PrintStream printing && printing.checkError()) {
        throw new IOException("it takes no more");
      }
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }

  /**
   * Fails if something that was printed did not get out.
   *
   * @throws LostOutput with the reason
   */
  void check() {
    if (failure != null) {
      throw new LostOutput(failure);
    }
  }

  /** Results that were not written. */
  static final class LostOutput extends RuntimeException {
    private static final long serialVersionUID = 1;

    LostOutput(IOException cause) {
      super("standard output: cannot be written: " + cause.getMessage(), cause);
    }

    /** Whether nobody reads on, as behind {@code | head}: not a word is wanted then. */
    boolean isUnread() {
      return String.valueOf(getCause().getMessage())
          .toLowerCase(Locale.ROOT)
          .contains("broken pipe");
    }
  }
}
