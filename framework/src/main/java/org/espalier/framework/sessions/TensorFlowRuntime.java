package org.espalier.framework.sessions;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.ShapedArray;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.TensorFlow;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.OpList;

/**
 * TensorFlow's library: started once a process, with the variables that it reads from the
 * environment and without the lines that it writes to standard error before its log is set up.
 */
public final class TensorFlowRuntime {
  /** Set before the first session, it gives every session threads of its own. */
  static final String OWN_THREADS = "TF_OVERRIDE_GLOBAL_THREADPOOL";

  /** What TensorFlow says no less of, whoever set it. */
  private static final String LOG_LEVEL = "TF_CPP_MIN_LOG_LEVEL";

  /**
   * Few words; threads of its own for every session; and oneDNN's convolutions, which TensorFlow
   * leaves off on processors without AVX-512 VNNI, where they are three times faster all the same.
   */
  public static final Map<String, String> VARIABLES =
      Map.of(LOG_LEVEL, "2", "TF_ENABLE_ONEDNN_OPTS", "1", OWN_THREADS, "1");

  private static final String EARLY = "WARNING: All log messages before absl::InitializeLog()";
  private static final String NOTE = "I0000 ";

  /** Null before the library is loaded, and where there is none. */
  private static CLibrary library;

  private static final Once<Void> LOADED = new Once<>(TensorFlowRuntime::loadNow);

  private static boolean started;
  private static boolean variablesSet;

  private TensorFlowRuntime() {}

  /** What Java does not let one change: variables, and file descriptors, of the process. */
  interface CLibrary extends Library {
    int setenv(String name, String value, int overwrite);

    int dup(int descriptor);

    int dup2(int from, int to);

    int creat(String path, int mode);

    int close(int descriptor);
  }

  /**
   * Starts TensorFlow with a first session, unless that is done. Its threads are those of all later
   * ones where sessions share them, so it is opened for one that computes, not to look something
   * up.
   */
  static synchronized void start(Machine machine) {
    load();
    if (started) {
      return;
    }
    started = true;
    if (library != null && !"0".equals(System.getenv(LOG_LEVEL))) {
      quietly(library, () -> runEmptySession(machine));
    }
  }

  /**
   * Loads the library, unless that is done or under way. Variables that the user has set stay as
   * they are.
   */
  static void load() {
    LOADED.get();
  }

  private static Void loadNow() {
    if (System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes") == null) {
      // JavaCPP counts the memory of the whole process, and gives up too early.
      System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    }
    if (Platform.isWindows()) {
      return null;
    }
    try {
      library = Native.load("c", CLibrary.class);
    } catch (UnsatisfiedLinkError e) {
      return null; // TensorFlow then says what it says
    }
    VARIABLES.forEach((name, value) -> library.setenv(name, value, 0));
    variablesSet = true;
    TensorFlow.version(); // loads the library: what goes wrong there is worth reading
    return null;
  }

  /** Whether sessions have threads of their own. */
  static synchronized boolean ownThreads() {
    String setting = System.getenv(OWN_THREADS);
    return setting == null ? variablesSet : !setting.isEmpty() && !setting.equals("0");
  }

  /** Runs something that may write to standard error; passes on all but TensorFlow's two lines. */
  private static void quietly(CLibrary c, Runnable work) {
    Path kept;
    try {
      kept = Files.createTempFile("espalier", ".stderr");
    } catch (IOException e) {
      work.run();
      return;
    }
    int file = c.creat(kept.toString(), 0600);
    int stderr = c.dup(2);
    c.dup2(file, 2);
    try {
      work.run();
    } finally {
      c.dup2(stderr, 2);
      c.close(stderr);
      c.close(file);
      passOn(kept);
    }
  }

  private static void passOn(Path kept) {
    try {
      for (String line : Files.readString(kept, StandardCharsets.ISO_8859_1).split("(?<=\n)", -1)) {
        if (!line.startsWith(EARLY) && !line.startsWith(NOTE)) {
          System.err.print(line);
        }
      }
      Files.delete(kept);
    } catch (IOException e) {
      System.err.println(e.getMessage());
    }
  }

  private static void runEmptySession(Machine machine) {
    GraphBuilder g = new GraphBuilder();
    g.constant("zero", ShapedArray.scalar(0f));
    g.add("NoOp", "nothing", Map.of(), "^zero");
    try (Graph graph = new Graph()) {
      graph.importGraphDef(g.build().def());
      try (Session session = new Session(graph, SessionConfig.of(machine))) {
        session.runner().addTarget("nothing").run().close();
      }
    }
  }

  public static String version() {
    load();
    return TensorFlow.version();
  }

  /** All ops that TensorFlow knows. */
  public static OpList ops() {
    load();
    TF_Buffer buffer = tensorflow.TF_GetAllOpList();
    try {
      byte[] bytes = new byte[Math.toIntExact(buffer.length())];
      new BytePointer(buffer.data()).get(bytes);
      return OpList.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("TensorFlow's list of ops cannot be read", e);
    } finally {
      tensorflow.TF_DeleteBuffer(buffer);
    }
  }

  /** Whether TensorFlow threw it because a graph or its inputs cannot be computed with. */
  public static boolean isRefusal(Throwable e) {
    // They share no class of their own: some are IllegalArgumentExceptions.
    return e.getClass().getPackageName().equals("org.tensorflow.exceptions")
        && !e.getClass().getSimpleName().equals("TFResourceExhaustedException");
  }

  /**
   * The first line of what TensorFlow says, without the node that it names and the user cannot see.
   */
  public static String line(Throwable e) {
    String text = String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    int node = text.indexOf("\t [[");
    return node < 0 ? text : text.substring(0, node).strip();
  }
}
