package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.graphs.settings.Setting;
import org.espalier.savedmodels.WeightsImporter;
import picocli.CommandLine;

@CommandLine.Command(
    name = "import",
    description = {
      "Make a model of an architecture and weights from elsewhere: safetensors under Espalier's"
          + " parameter names, or under PyTorch's names and layouts.",
      "",
      "No weight tells what a ResNet's shortcuts without weights do, so --shortcut does. What"
          + " published CIFAR ResNets were trained with:",
      "  subsample-middle  akamaster/pytorch_resnet_cifar10 and its many copies, HRank",
      "  average-middle    TensorFlow's research/resnet and cifar10_estimator",
      "  subsample         Soft Filter Pruning, FPGM (what resnet20-sfp ... do)",
      "  average           Rethinking the Value of Network Pruning (what resnet56 ... do)",
      "Those of kuangliu and chenyaofo project with weights; resnetN does not."
    })
final class ImportCommand implements Command {
  @CommandLine.Parameters(paramLabel = "WEIGHTS", description = "A .safetensors file.")
  Path weights;

  record ImportSettings(
      @Setting(value = "", inline = true) ArchitectureSpec network,
      @Setting(value = "Folder to write the model to; it must not exist.", identity = false)
          Path out) {}

  private final Architectures architectures;

  @Inject
  ImportCommand(Architectures architectures) {
    this.architectures = architectures;
  }

  @Override
  public Group group() {
    return Group.EXCHANGE;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(ImportSettings.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public boolean needsTensorFlow() {
    return false;
  }

  @Override
  public void run(Invocation in) {
    ImportSettings s = in.settings(ImportSettings.class);
    if (Files.exists(s.out())) {
      throw new UsageException("--out " + s.out() + " exists; choose a new folder");
    }
    Network network = s.network().build(architectures);
    Model model = new Model(network, WeightsImporter.load(weights, network));
    ModelFolder.save(s.out(), model);
    warnOfShortcuts(in, s.network(), network);
    in.console().tell("model: " + s.out() + " (" + network.parameters().size() + " parameters)");
    in.console()
        .result(Map.of("model", s.out().toString(), "parameters", network.parameters().size()));
  }

  /** The weights of all kinds have the same shapes, and in the wrong network classify at chance. */
  private void warnOfShortcuts(Invocation in, ArchitectureSpec spec, Network network) {
    boolean open =
        spec.adaptation().shortcut().isEmpty()
            && architectures.get(spec.architecture()).padsShortcuts();
    if (open && WeightsImporter.isForeign(weights, network)) {
      in.console()
          .say(
              "note: "
                  + network.name()
                  + " has shortcuts without weights, and "
                  + weights.getFileName()
                  + " cannot tell what they do; where it classifies at chance, import it with"
                  + " --shortcut subsample-middle, or see 'import --help'");
    }
  }
}
