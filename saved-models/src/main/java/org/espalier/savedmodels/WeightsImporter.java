package org.espalier.savedmodels;

import java.nio.file.Path;
import java.util.Optional;
import org.espalier.framework.files.Safetensors;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.Weights;
import org.espalier.savedmodels.imports.OtherFormats;

/**
 * Reads weights for a network from a safetensors file, under Espalier's own names and layouts or
 * under those of PyTorch (a torchvision model's state dict).
 */
public final class WeightsImporter {
  private WeightsImporter() {}

  /**
   * All parameters of the network, in its order and layout. Espalier's names are taken if all are
   * there; otherwise, if there are names like PyTorch's, layers are matched by type and order.
   *
   * @throws org.espalier.graphs.BadInputException if the file is damaged, lacks a parameter, or
   *     holds one of another shape; names and shapes are listed
   */
  public static Weights load(Path safetensors, Network network) {
    Weights weights = read(safetensors);
    return isForeign(weights, network)
        ? TorchNames.match(weights, network, safetensors.toString())
        : weights.matching(network.parameters(), safetensors.toString());
  }

  /** Whether {@link #load} takes a file's names for PyTorch's. */
  public static boolean isForeign(Path safetensors, Network network) {
    return isForeign(read(safetensors), network);
  }

  private static Weights read(Path safetensors) {
    try {
      return Safetensors.read(safetensors);
    } catch (BadInputException e) {
      Optional<String> other = OtherFormats.found(safetensors);
      throw safetensors.toString().endsWith(".safetensors") || other.isEmpty()
          ? e
          : new BadInputException(
              safetensors + ": expected a safetensors file, found " + other.get(), e);
    }
  }

  private static boolean isForeign(Weights weights, Network network) {
    boolean own = network.parameters().stream().map(Parameter::name).allMatch(weights::contains);
    return !own && TorchNames.areIn(weights);
  }
}
