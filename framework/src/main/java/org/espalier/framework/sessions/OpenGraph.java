package org.espalier.framework.sessions;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.UsageException;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/**
 * A graph that TensorFlow has taken in, and a session on it once something is computed: the one
 * place where sessions are opened. What crosses its border is a value.
 */
public final class OpenGraph implements AutoCloseable {
  /** Stands before the name of every node that Espalier adds to a network of others. */
  public static final String OWN = "espalier/";

  private static final Pattern NODE = Pattern.compile("\\{\\{node ([^}]+)}}");

  private static final AtomicInteger OPEN = new AtomicInteger();

  private static Boolean gpu;

  private final Machine machine;
  private final boolean fewRuns;
  private final boolean runsInTurn;
  private final Graph graph;
  private Session session;
  private boolean closed;

  /**
   * Lets TensorFlow take a graph in: it looks at types, attributes and shapes. Nothing is run.
   *
   * @throws BadInputException if TensorFlow refuses the graph, in its words
   */
  public OpenGraph(NodeGraph nodes, Machine machine) {
    this(nodes, machine, false);
  }

  /**
   * @param fewRuns whether only a few runs are wanted, so that it is not worth while to have
   *     TensorFlow make the graph faster first
   */
  private OpenGraph(NodeGraph nodes, Machine machine, boolean fewRuns) {
    TensorFlowRuntime.load();
    if (machine.device() == Machine.Device.GPU && !hasGpu(machine)) {
      throw new UsageException("a GPU was asked for, and TensorFlow finds none");
    }
    this.machine = machine;
    this.fewRuns = fewRuns;
    runsInTurn = SessionConfig.runsInTurn(nodes);
    try {
      graph = SafeKernels.taken(nodes);
    } catch (RuntimeException e) {
      throw TensorFlowRuntime.isRefusal(e) || e instanceof IllegalArgumentException
          ? refused(e)
          : MemoryException.orAsItIs(e);
    }
    OPEN.incrementAndGet();
  }

  /**
   * An open graph on which something is done before anybody has it, such as setting its variables.
   * Where that fails the graph is closed: it holds memory that no garbage collector sees. Whoever
   * keeps a graph in a field takes it from here.
   *
   * @throws BadInputException if TensorFlow refuses the graph
   */
  public static OpenGraph prepared(NodeGraph nodes, Machine machine, Consumer<OpenGraph> first) {
    return prepared(nodes, machine, false, first);
  }

  /** The same, saying whether only a few runs are wanted. */
  static OpenGraph prepared(
      NodeGraph nodes, Machine machine, boolean fewRuns, Consumer<OpenGraph> first) {
    OpenGraph open = new OpenGraph(nodes, machine, fewRuns);
    try {
      first.accept(open);
      return open;
    } catch (RuntimeException e) {
      open.close();
      throw TensorFlowRuntime.isRefusal(e) ? refused(e) : e; // an op that no processor computes
    } catch (Error e) {
      open.close();
      throw e;
    }
  }

  private static BadInputException refused(RuntimeException e) {
    return new BadInputException("TensorFlow refuses the graph: " + refusal(e), e);
  }

  /** How many are open in this process, to find those that nobody closes. */
  public static int count() {
    return OPEN.get();
  }

  /**
   * TensorFlow's own opinion of a graph.
   *
   * @throws BadInputException if it refuses it
   */
  public static void check(NodeGraph nodes) {
    new OpenGraph(nodes, Machine.processors()).close();
  }

  /** Whether TensorFlow finds a GPU; asked once a process. Starts TensorFlow. */
  static synchronized boolean hasGpu(Machine machine) {
    TensorFlowRuntime.start(machine); // no session before it, or TensorFlow talks
    if (gpu == null) {
      gpu = findsGpu(machine);
    }
    return gpu;
  }

  private static boolean findsGpu(Machine machine) {
    GraphBuilder g = new GraphBuilder();
    g.constant("zero", ShapedArray.scalar(0f));
    NodeDef zero = g.build().node("zero");
    GraphBuilder onGpu = new GraphBuilder();
    onGpu.add(zero.toBuilder().setDevice("/device:GPU:0").build());
    ConfigProto config = SessionConfig.of(machine).toBuilder().clearAllowSoftPlacement().build();
    try (Graph graph = new Graph()) {
      graph.importGraphDef(onGpu.build().def());
      try (Session session = new Session(graph, config)) {
        session.runner().addTarget("zero").run().close();
        return true;
      }
    } catch (TensorFlowException | IllegalArgumentException e) {
      return false;
    }
  }

  /** What TensorFlow says, with the node that it may name on a later line. */
  private static String refusal(Throwable e) {
    String line = TensorFlowRuntime.line(e);
    Matcher node = NODE.matcher(String.valueOf(e.getMessage()));
    return node.find() && !line.contains(node.group())
        ? line + " (node '" + node.group(1) + "')"
        : line;
  }

  /** How many outputs a node has. */
  public int outputs(String node) {
    return graph.operation(node).numOutputs();
  }

  /** Type and shape of a tensor, as TensorFlow infers them. */
  public TensorInfo type(TensorRef ref) {
    Output<?> output = graph.operation(ref.node()).output(ref.output());
    return TensorInfo.newBuilder()
        .setName(ref.node() + ":" + ref.output())
        .setDtype(DataType.forNumber(output.dataType().getNumber()))
        .setTensorShape(proto(output.shape()))
        .build();
  }

  /**
   * Refuses what this machine cannot hold, which would take long to find out.
   *
   * @param images how many are fed: the first size of a tensor, where that is open
   * @throws BadInputException naming the node
   */
  void checkFits(int images) {
    for (GraphOperation operation : (Iterable<GraphOperation>) graph::operations) {
      for (int i = 0; i < operation.numOutputs(); i++) {
        Shape shape = operation.output(i).shape();
        if (!shape.isUnknown() && bytes(shape, images) > memory() / 2.0) {
          throw new BadInputException(
              String.format(
                  Locale.ROOT,
                  "node '%s' (%s) makes a tensor of shape %s of %d images, more than half of the %d GiB"
                      + " that this machine has",
                  operation.name(),
                  operation.type(),
                  shape,
                  images,
                  memory() >> 30));
        }
      }
    }
  }

  private static double bytes(Shape shape, int images) {
    double bytes = Float.BYTES;
    for (int a = 0; a < shape.numDimensions(); a++) {
      bytes *= shape.get(a) >= 0 ? shape.get(a) : a == 0 ? images : 1;
    }
    return bytes;
  }

  private static long memory() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  private static TensorShapeProto proto(Shape shape) {
    if (shape.isUnknown()) {
      return TensorShapeProto.newBuilder().setUnknownRank(true).build();
    }
    TensorShapeProto.Builder proto = TensorShapeProto.newBuilder();
    for (long size : shape.asArray()) {
      proto.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return proto.build();
  }

  /** One run of the session, to be told what it takes and gives. */
  public Call call() {
    if (session == null) {
      TensorFlowRuntime.start(machine);
      boolean inTurn = runsInTurn && machine.used() == Machine.Device.CPU;
      ConfigProto config = inTurn ? SessionConfig.inTurn(machine) : SessionConfig.of(machine);
      try {
        session = new Session(graph, fewRuns ? SessionConfig.forFewRuns(config) : config);
      } catch (RuntimeException e) {
        throw MemoryException.orAsItIs(e); // a GPU on which others leave none
      }
    }
    return new Call(session.runner());
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    OPEN.decrementAndGet();
    try {
      if (session != null) {
        session.close();
      }
    } finally {
      graph.close();
    }
  }
}
