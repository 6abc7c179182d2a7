package org.espalier.savedmodels;

import dagger.Component;
import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.architectures.Architecture;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.graphs.architectures.ArchitecturesModule;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.ops.rules.OpRulesModule;

/** Wires what the tests of this module need. */
@Component(modules = {OpRulesModule.class, ArchitecturesModule.class})
interface Wired {
  Wired IT = DaggerWired.create();

  OpRules rules();

  Architectures architectures();

  /** A network with a quarter of the channels. */
  static Network narrow(String name) {
    Architecture architecture = IT.architectures().get(name);
    return architecture.build(architecture.defaults().withWidthFactor(0.25));
  }

  /** Weights as of a trained network: nothing is one or zero, variances differ. */
  static Weights trained(Network network) {
    Map<String, ShapedArray> changed = new LinkedHashMap<>();
    Weights initial = network.initialise(3);
    for (Parameter p : network.parameters()) {
      RandomStream random = RandomStream.of(3, "trained", p.name());
      float[] values = initial.get(p.name()).values().clone();
      for (int i = 0; i < values.length && !p.kind().isKernel(); i++) {
        boolean positive =
            p.kind() == ParameterKind.BN_VARIANCE || p.kind() == ParameterKind.BN_SCALE;
        values[i] = (float) (positive ? 0.5 + random.nextDouble() : 0.3 * random.nextGaussian());
      }
      changed.put(p.name(), new ShapedArray(p.shape(), values));
    }
    return Weights.of(changed);
  }
}
