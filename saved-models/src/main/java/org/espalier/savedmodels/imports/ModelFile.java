package org.espalier.savedmodels.imports;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.espalier.framework.files.FileProblems;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/** Reads the protocol buffers of a SavedModel folder or of a frozen graph. */
final class ModelFile {
  private static final String SERVE = "serve";

  /** Copies under way double, and no array of Java or message of protobuf holds 2 GiB. */
  private static final long LARGEST = 1L << 30;

  private static final long COPIES = 4;

  private ModelFile() {}

  /** The graph that is served, or the only one. */
  static MetaGraphDef savedModel(Path folder) {
    Path file =
        ModelPlace.file(folder)
            .orElseThrow(
                () ->
                    new BadInputException(
                        folder + ": expected a SavedModel folder, found no saved_model.pb"));
    List<MetaGraphDef> graphs =
        parse(file, SavedModel.getDefaultInstance(), "a SavedModel").getMetaGraphsList();
    List<MetaGraphDef> served =
        graphs.stream().filter(g -> g.getMetaInfoDef().getTagsList().contains(SERVE)).toList();
    List<MetaGraphDef> fitting = served.isEmpty() ? graphs : served;
    if (fitting.isEmpty()) {
      throw new BadInputException(file + ": expected a SavedModel, found no graph in it");
    }
    return fitting.get(0);
  }

  /** A frozen graph, with the signature that its ends make: what is fed, and what nobody reads. */
  static MetaGraphDef frozen(Path file) {
    GraphDef graph = parse(file, GraphDef.getDefaultInstance(), "a frozen GraphDef");
    if (graph.getNodeCount() == 0) {
      throw new BadInputException(file + ": expected a frozen GraphDef, found no node in it");
    }
    Set<String> read = new TreeSet<>();
    for (NodeDef node : graph.getNodeList()) {
      node.getInputList().forEach(i -> read.add(TensorRef.nodeOf(i)));
    }
    TreeMap<String, TensorInfo> in = new TreeMap<>();
    TreeMap<String, TensorInfo> out = new TreeMap<>();
    for (NodeDef node : graph.getNodeList()) {
      if (node.getOp().equals("Placeholder")) {
        in.put(node.getName(), info(node).build());
      } else if (!read.contains(node.getName()) && !isSide(node)) {
        out.put(node.getName(), info(node).build());
      }
    }
    SignatureDef ends = SignatureDef.newBuilder().putAllInputs(in).putAllOutputs(out).build();
    return MetaGraphDef.newBuilder()
        .setGraphDef(graph)
        .putSignatureDef(Network.SERVING_DEFAULT, ends)
        .build();
  }

  private static boolean isSide(NodeDef node) {
    return Set.of("NoOp", "Assert", "Const").contains(node.getOp());
  }

  private static TensorInfo.Builder info(NodeDef node) {
    return TensorInfo.newBuilder()
        .setName(node.getName() + ":0")
        .setTensorShape(TensorShapeProto.newBuilder().setUnknownRank(true));
  }

  @SuppressWarnings("unchecked") // a message's parser and builder make messages of its type
  private static <T extends Message> T parse(Path file, T empty, String expected) {
    try {
      checkSize(file);
      if (ModelPlace.isText(file)) {
        Message.Builder builder = empty.newBuilderForType();
        TextFormat.merge(Files.readString(file), builder);
        return (T) builder.build();
      }
      CodedInputStream in =
          UnsafeByteOperations.unsafeWrap(Files.readAllBytes(file)).newCodedInput();
      in.enableAliasing(true); // weights in the graph are not copied
      return (T) empty.getParserForType().parseFrom(in);
    } catch (TextFormat.ParseException e) {
      throw new BadInputException(
          file + ": expected " + expected + " as text; " + e.getMessage(), e);
    } catch (InvalidProtocolBufferException e) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: expected %s, found something else or a part of one",
              file,
              expected),
          e);
    } catch (IOException e) {
      throw FileProblems.reading(file, expected, e);
    } catch (OutOfMemoryError e) {
      throw new BadInputException(file + ": too large for the memory of this process", e);
    }
  }

  /** A graph with its weights is held as a file, as a graph and as weights at once. */
  private static void checkSize(Path file) throws IOException {
    long size = Files.size(file);
    if (size > LARGEST) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: a graph of %d MiB in one file is too large, the most is %d; a SavedModel keeps its weights beside the graph",
              file,
              size >> 20,
              LARGEST >> 20));
    }
    long available = Runtime.getRuntime().maxMemory();
    if (COPIES * size > available) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: reading its %d MiB takes about %d MiB of memory, and Java may use %d; give it more with -Xmx",
              file,
              size >> 20,
              COPIES * size >> 20,
              available >> 20));
    }
  }
}
