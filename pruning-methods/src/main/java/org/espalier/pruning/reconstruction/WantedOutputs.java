package org.espalier.pruning.reconstruction;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.espalier.framework.evidence.LayerReader;
import org.espalier.framework.evidence.Look;
import org.espalier.framework.evidence.Places;
import org.espalier.framework.evidence.Sample;
import org.espalier.framework.evidence.Seen;
import org.espalier.graphs.Weights;

/**
 * What layers made before anything was cut, at the places of a sample. The outputs of as many
 * layers as fit are recorded in one pass; the next pass comes when one is asked for that is not
 * there.
 *
 * <p>The last layer of a residual branch should make up for what the shortcut lost: to what it made
 * comes what the shortcut gave, counted in its outputs. What the shortcut gives now is taken off
 * when the layer is fitted.
 */
final class WantedOutputs {
  /** Of the largest factor; an output that counts less for the sum cannot make up for it. */
  private static final double COUNTS = 1e-3;

  private final Sample original;
  private final Weights weights;
  private final Places places;
  private final boolean compensates;
  private final long most;
  private final List<LayerReader> coming = new ArrayList<>();
  private final Map<String, float[]> recorded = new HashMap<>();

  /**
   * @param weights of the network before
   * @param most values that are recorded at once, unless one layer alone has more
   */
  WantedOutputs(Sample original, Weights weights, Places places, boolean compensates, long most) {
    this.original = original;
    this.weights = weights;
    this.places = places;
    this.compensates = compensates;
    this.most = most;
  }

  /** In the order in which they will be asked for; some more than once. */
  void expect(List<LayerReader> layers) {
    coming.addAll(layers);
  }

  /** The wanted outputs of a layer, [rows, outputs]. It may not be asked for before others. */
  float[] of(LayerReader layer, String title) {
    while (!coming.isEmpty() && !coming.get(0).kernel().equals(layer.kernel())) {
      coming.remove(0);
    }
    float[] known = recorded.get(layer.kernel());
    if (known == null) {
      record(layer, title);
      known = recorded.get(layer.kernel());
    }
    return known;
  }

  /** How many layers are recorded now. */
  int held() {
    return recorded.size();
  }

  private void record(LayerReader first, String title) {
    recorded.clear();
    Map<String, LayerReader> chosen = new LinkedHashMap<>();
    chosen.put(first.kernel(), first);
    long values = size(first);
    for (LayerReader layer : coming) {
      if (!chosen.containsKey(layer.kernel())) {
        values += size(layer);
        if (values > most) {
          break;
        }
        chosen.put(layer.kernel(), layer);
      }
    }
    List<Look> looks = chosen.values().stream().flatMap(l -> looks(l).stream()).distinct().toList();
    Map<String, double[]> factors =
        chosen.values().stream().collect(Collectors.toMap(LayerReader::kernel, this::compensation));
    original.look(
        title,
        looks,
        places,
        seen -> {
          for (LayerReader layer : chosen.values()) {
            keep(layer, seen, factors.get(layer.kernel()));
          }
        });
  }

  private long size(LayerReader layer) {
    return (long) original.images() * places.count() * layer.outputCount();
  }

  private List<Look> looks(LayerReader layer) {
    List<Look> looks = new ArrayList<>(List.of(layer.outputs()));
    trunk(layer).ifPresent(looks::add);
    return looks;
  }

  private Optional<Look> trunk(LayerReader layer) {
    return compensates ? layer.shortcut().map(LayerReader.Shortcut::trunk) : Optional.empty();
  }

  /**
   * Where the trunk is to be seen to {@linkplain #less take off} what it gives; usually nowhere.
   */
  List<Look> looksNow(LayerReader layer) {
    return trunk(layer).stream().toList();
  }

  private void keep(LayerReader layer, Seen seen, double[] compensation) {
    float[] outputs = seen.values(layer.outputs());
    int each = outputs.length / seen.images();
    LayerProblem.checkFits(layer, (long) original.images() * each);
    float[] all =
        recorded.computeIfAbsent(layer.kernel(), k -> new float[original.images() * each]);
    int from = seen.first() * each;
    System.arraycopy(outputs, 0, all, from, outputs.length);
    trunk(layer).ifPresent(t -> add(seen.values(t), compensation, all, from));
  }

  private static void add(float[] trunk, double[] compensation, float[] to, int from) {
    for (int i = 0; i < trunk.length; i++) {
      to[from + i] += (float) (trunk[i] * compensation[i % compensation.length]);
    }
  }

  /** By how much each output must change for the sum to change by one; 0 where none is to. */
  double[] compensation(LayerReader layer) {
    int outputs = layer.outputCount();
    Function<LayerReader.Shortcut, double[]> inverse =
        shortcut -> {
          double[] factors = shortcut.factors(weights, outputs);
          double largest = 0;
          for (double f : factors) {
            largest = Math.max(largest, Math.abs(f));
          }
          double[] compensation = new double[outputs];
          for (int o = 0; o < outputs; o++) {
            boolean counts = Math.abs(factors[o]) > COUNTS * largest;
            compensation[o] = counts ? 1 / factors[o] : 0;
          }
          return compensation;
        };
    return layer.shortcut().map(inverse).orElse(new double[outputs]);
  }

  /** The wanted outputs of a batch, less what the shortcut gives now. */
  float[] less(LayerReader layer, float[] wanted, Seen now, double[] compensation) {
    int rows = now.rows(layer.inputs());
    int each = rows / now.images() * layer.outputCount();
    int from = now.first() * each;
    float[] batch = Arrays.copyOfRange(wanted, from, from + now.images() * each);
    trunk(layer)
        .ifPresent(
            t -> {
              float[] trunk = now.values(t);
              for (int i = 0; i < trunk.length; i++) {
                batch[i] -= (float) (trunk[i] * compensation[i % compensation.length]);
              }
            });
    return batch;
  }
}
