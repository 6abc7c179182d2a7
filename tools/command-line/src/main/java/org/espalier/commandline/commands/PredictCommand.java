package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.espalier.Espalier;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.files.AtomicFiles;
import org.espalier.framework.files.Npy;
import org.espalier.framework.files.Npz;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.settings.Setting;
import picocli.CommandLine;

@CommandLine.Command(
    name = "predict",
    description = {
      "Compute what a network answers. Images are a NumPy array (.npy) of float32 [n, height, width,"
          + " channels], scaled as in training; logits come out as [n, classes]. A network that reads"
          + " or gives several arrays takes and writes .npz files, in which each has its name."
    })
final class PredictCommand implements Command {
  @CommandLine.Parameters(
      paramLabel = "MODEL",
      description = "The folder of a run or model, a SavedModel folder or a frozen .pb.")
  String model;

  record PredictSettings(
      @Setting(
              value = "The .npy file with the images, or a .npz file with all inputs.",
              identity = false)
          Path input,
      @Setting(
              value = "The .npy file to write the logits to, or a .npz file for all outputs.",
              identity = false)
          Path output) {}

  private final Espalier espalier;

  @Inject
  PredictCommand(Espalier espalier) {
    this.espalier = espalier;
  }

  @Override
  public Group group() {
    return Group.EXCHANGE;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(PredictSettings.class, MachineSettings.class, ReadOptions.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    PredictSettings s = in.settings(PredictSettings.class);
    checkApart(s);
    Model loaded = espalier.read(Path.of(model), in.settings(ReadOptions.class));
    Network network = loaded.network();
    Espalier there = espalier.machine(in.settings(MachineSettings.class).machine());
    Map<String, ShapedArray> inputs = inputs(s.input(), network);
    boolean logits = !Npz.isOne(s.output()) && network.outputs().containsKey(Network.LOGITS);
    if (!Npz.isOne(s.output()) && !logits && network.outputs().size() > 1) {
      throw new UsageException(
          network.name()
              + " gives several arrays, "
              + network.outputs().keySet()
              + "; give a .npz file as --output, or name one with --outputs");
    }
    Map<String, ShapedArray> computed = there.predict(loaded, inputs);
    if (logits) {
      computed = Map.of(Network.LOGITS, computed.get(Network.LOGITS));
    }
    write(s.output(), computed, in);
  }

  /** What was computed must not take the place of what it was computed from. */
  private void checkApart(PredictSettings s) {
    Path output = AtomicFiles.real(s.output());
    if (output.equals(AtomicFiles.real(s.input()))) {
      throw new UsageException(s.output() + " is the input; write the output to another file");
    }
    if (output.startsWith(AtomicFiles.real(Path.of(model)))) {
      throw new UsageException(
          s.output() + " is the model, or lies in its folder; write the output elsewhere");
    }
    if (Files.isDirectory(output)) {
      throw new UsageException(s.output() + " is a folder; give --output the name of a file");
    }
  }

  /** By their names; one array for one input needs none. */
  private static Map<String, ShapedArray> inputs(Path file, Network network) {
    Set<String> names = network.inputs().keySet();
    if (names.size() == 1) {
      String name = names.iterator().next();
      Map<String, ShapedArray> read =
          Npz.isOne(file) ? Npz.read(file) : Map.of(name, Npy.readFloats(file));
      return read.size() == 1 ? Map.of(name, read.values().iterator().next()) : read;
    }
    if (!Npz.isOne(file)) {
      throw new UsageException(
          network.name()
              + " reads several arrays, "
              + names
              + "; give a .npz file with all of them");
    }
    return Npz.read(file);
  }

  private static void write(Path file, Map<String, ShapedArray> computed, Invocation in) {
    if (computed.isEmpty()) {
      throw new UsageException("there is nothing to write: the outputs are no numbers");
    }
    if (Npz.isOne(file)) {
      Npz.write(file, computed);
    } else {
      Npy.write(file, computed.values().iterator().next());
    }
    computed.forEach((name, array) -> in.console().tell(name + " " + array.shape() + ": " + file));
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("output", file.toString());
    if (computed.size() == 1) {
      said.put("shape", computed.values().iterator().next().shape().dims());
    }
    Map<String, Object> shapes = new TreeMap<>();
    computed.forEach((name, array) -> shapes.put(name, array.shape().dims()));
    said.put("outputs", shapes);
    in.console().result(said);
  }
}
