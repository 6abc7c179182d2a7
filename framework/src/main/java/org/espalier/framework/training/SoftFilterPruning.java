package org.espalier.framework.training;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/**
 * After an epoch, the filters of lowest Euclidean norm of every convolution are set to zero, and
 * trained on: they may come back, for their gradients and momentum are left alone. He et al. 2018,
 * Soft Filter Pruning, algorithm 1. They are zero behind the last step; the method {@code
 * zero-filters} then makes a small network.
 *
 * <p>Asymptotic: the share that goes grows from nothing in the first epoch, fast at first. It is
 * three quarters of the whole after an eighth of the epochs: He et al. 2019, Asymptotic Soft Filter
 * Pruning, section 3.
 *
 * @param keep the share of the filters that stays; so many as {@code (int) (filters x (1 - keep))}
 *     go, in double precision, as in the reference
 * @param every after so many epochs, and after the last
 * @param atStart before the first step too, as the reference does. Of fresh weights such a filter
 *     never comes back where a rectifier follows: its batch norm makes zero of it, and there the
 *     rectifier has no slope
 * @param exclude layers that stay as they are, by the name of the layer or of its kernel
 */
@Named(
    value = "soft-filter-pruning",
    description =
        "sets the filters of lowest norm of each convolution to zero after an epoch"
            + " (He et al. 2018)")
public record SoftFilterPruning(
    @Setting(value = "Share of a convolution's filters that is left.", defaultValue = "0.7")
        double keep,
    @Setting(value = "Sets filters to zero after so many epochs.", defaultValue = "1") int every,
    @Setting(value = "Begin with none and let the share grow.", defaultValue = "false")
        boolean asymptotic,
    @Setting(
            value = "Set filters to zero before the first step too; for a network that is trained.",
            defaultValue = "false")
        boolean atStart,
    @Setting("Layers whose filters all stay, by name.") List<String> exclude)
    implements Intervention {
  /** After one of so many parts of the epochs ... */
  private static final int PARTS = 8;

  /** ... this share of the filters that go is gone. */
  private static final double AFTER_ONE = 0.75;

  private static final double BASE = base();

  public SoftFilterPruning {
    exclude = List.copyOf(exclude);
    if (!(keep > 0 && keep <= 1)) {
      throw new UsageException("keep must be above 0 and at most 1, found " + keep);
    }
    if (every < 1) {
      throw new UsageException("every must be at least 1 epoch, found " + every);
    }
  }

  /** All convolutions, after every epoch. */
  public static SoftFilterPruning keeping(double share) {
    return new SoftFilterPruning(share, 1, false, false, List.of());
  }

  @Override
  public boolean actsAfter(long step, int stepsPerEpoch) {
    return step % ((long) every * stepsPerEpoch) == 0;
  }

  @Override
  public boolean actsAfter(long step, Extent extent) {
    return step == extent.steps() || actsAfter(step, extent.stepsPerEpoch());
  }

  @Override
  public boolean actsAtStart() {
    return atStart;
  }

  @Override
  public Model prepared(Model start, Extent extent) {
    check(start.network());
    return start;
  }

  private void check(Network network) {
    List<String> names = new ArrayList<>();
    for (Parameter kernel : kernels(network)) {
      names.add(layer(kernel));
      names.add(kernel.name());
    }
    for (String excluded : exclude) {
      if (!names.contains(excluded)) {
        throw UsageException.unknown("convolution", excluded, names);
      }
    }
    if (kernels(network).stream().allMatch(this::isExcluded)) {
      throw new UsageException(
          "soft-filter-pruning: " + network.name() + " has no convolution whose filters may go");
    }
  }

  @Override
  public void act(Live live) {
    double share = share(live.step(), live.extent());
    Weights now = live.weights();
    Weights changed = Weights.empty();
    for (Parameter kernel : kernels(live.network())) {
      if (!isExcluded(kernel)) {
        ShapedArray values = now.get(kernel.name());
        int[] lowest = lowest(values, gone(kernel.shape().last(), share));
        changed = changed.with(kernel.name(), without(values, lowest));
      }
    }
    live.write(changed);
  }

  /** How many of so many filters go. */
  static int gone(int filters, double share) {
    return (int) (filters * share);
  }

  /** The share of the filters that goes after some steps. */
  double share(long step, Extent extent) {
    double whole = 1 - keep;
    if (!asymptotic || step == extent.steps()) {
      return whole;
    }
    // The first epoch is number 0 and has the share 0; the last one has it all.
    double epoch = Math.max(0, (double) step / extent.stepsPerEpoch() - 1);
    double done = epoch / (extent.epochs() - 1);
    return whole * (1 - Math.pow(BASE, PARTS * done)) / (1 - Math.pow(BASE, PARTS));
  }

  /**
   * The curve is {@code c (1 - base^(8 x))}: 0 at 0, 1 at 1, and 3/4 at 1/8. So {@code 1 + base +
   * ... + base^7} is 4/3.
   */
  private static double base() {
    double low = 0;
    double high = 1;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      double sum = 0;
      for (int power = 0; power < PARTS; power++) {
        sum = sum * middle + 1;
      }
      if (sum < 1 / AFTER_ONE) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The kernels of convolutions, but for depthwise and transposed ones. */
  private static List<Parameter> kernels(Network network) {
    NodeGraph graph = network.graph();
    List<String> read =
        graph.nodes().stream()
            .filter(n -> n.getOp().equals("Conv2D"))
            .map(n -> graph.parameterBehind(TensorRef.parse(n.getInput(1))))
            .toList();
    return network.trained().stream()
        .filter(p -> p.kind() == ParameterKind.CONV_KERNEL && read.contains(p.name()))
        .toList();
  }

  private boolean isExcluded(Parameter kernel) {
    return exclude.contains(kernel.name()) || exclude.contains(layer(kernel));
  }

  private static String layer(Parameter kernel) {
    int slash = kernel.name().lastIndexOf('/');
    return slash < 0 ? kernel.name() : kernel.name().substring(0, slash);
  }

  /** The filters of lowest norm; of equal ones the first. */
  private static int[] lowest(ShapedArray kernel, int count) {
    double[] squares = kernel.sumOver(kernel.shape().rank() - 1, w -> w * w);
    return IntStream.range(0, squares.length)
        .boxed()
        .sorted(Comparator.comparingDouble(filter -> squares[filter])) // stable
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static ShapedArray without(ShapedArray kernel, int[] filters) {
    int width = kernel.shape().last();
    float[] values = kernel.values().clone();
    for (int filter : filters) {
      for (int i = filter; i < values.length; i += width) {
        values[i] = 0f;
      }
    }
    return new ShapedArray(kernel.shape(), values);
  }
}
