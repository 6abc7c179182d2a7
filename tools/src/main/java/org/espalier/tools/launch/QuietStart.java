package org.espalier.tools.launch;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import org.espalier.framework.sessions.TensorFlowInfo;
import org.espalier.framework.training.Threads;

/**
 * Starts TensorFlow without the two lines that it writes to standard error with its first session.
 * No setting of TensorFlow 2.18 stops them: they are written before its log is set up.
 */
public final class QuietStart {
  private static final int STDERR = 2;
  private static final int WRITE_ONLY = 1;

  private QuietStart() {}

  /** The C library's file descriptors, which Java does not let one change. */
  interface CLibrary extends Library {
    int dup(int descriptor);

    int dup2(int from, int to);

    int open(String path, int flags);

    int close(int descriptor);
  }

  /** Call it once the settings are known to be right and before anything shows progress. */
  public static void tensorFlow() {
    // Whoever asks TensorFlow to speak shall hear it.
    if (Platform.isWindows() || "0".equals(System.getenv("TF_CPP_MIN_LOG_LEVEL"))) {
      return;
    }
    TensorFlowInfo.version(); // loads the library: what goes wrong there is worth reading
    CLibrary c;
    try {
      c = Native.load("c", CLibrary.class);
    } catch (UnsatisfiedLinkError e) {
      return;
    }
    int nowhere = c.open("/dev/null", WRITE_ONLY);
    int stderr = c.dup(STDERR);
    if (nowhere < 0 || stderr < 0) {
      return;
    }
    c.dup2(nowhere, STDERR);
    try {
      TensorFlowInfo.runEmptySession(Threads.all());
    } finally {
      c.dup2(stderr, STDERR);
      c.close(stderr);
      c.close(nowhere);
    }
  }
}
