package org.espalier.pruning.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.espalier.graphs.Network;
import org.espalier.graphs.UsageException;
import org.espalier.pruning.Amount;

/**
 * The kernels that an amount lets a method mask, by name or all.
 *
 * @param shares of what is left, the share that goes from each kernel. Of no meaning where a global
 *     ranking or a target decides
 */
record Allowed(List<PrunableKernel> kernels, List<Double> shares) {

  /**
   * @throws UsageException if the amount says what makes no sense for single weights, or names a
   *     kernel that is not there
   */
  static Allowed of(List<PrunableKernel> kernels, Amount amount, Network network) {
    check(amount);
    List<String> excluded = amount.limits().exclude();
    excluded.forEach(name -> find(kernels, name));
    Map<PrunableKernel, Double> named = new LinkedHashMap<>();
    for (Amount.GroupShare share : amount.ratios()) {
      if (named.put(find(kernels, share.group()), share.share()) != null) {
        throw new UsageException("ratios name kernel '" + share.group() + "' twice");
      }
    }
    List<PrunableKernel> allowed = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    for (PrunableKernel kernel : kernels) {
      Optional<Double> share = Optional.ofNullable(named.get(kernel)).or(amount::ratio);
      boolean asked = named.isEmpty() || share.isPresent();
      if (asked && excluded.stream().noneMatch(kernel::isNamed)) {
        allowed.add(kernel);
        shares.add(share.orElse(0.0));
      }
    }
    if (allowed.isEmpty()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "nothing to mask in %s: exclude names all of its %d kernels",
              network.name(),
              kernels.size()));
    }
    return new Allowed(allowed, shares);
  }

  private static PrunableKernel find(List<PrunableKernel> kernels, String name) {
    return kernels.stream()
        .filter(k -> k.isNamed(name))
        .findFirst()
        .orElseThrow(
            () ->
                UsageException.unknown(
                    "kernel", name, kernels.stream().map(PrunableKernel::name).toList()));
  }

  private static void check(Amount amount) {
    if (amount.preset().isPresent()) {
      throw new UsageException(
          "preset names widths of channels, and this method masks single weights; give ratio,"
              + " target-macs or target-parameters");
    }
    if (amount.limits().coupled()) {
      throw new UsageException("coupled says nothing of single weights; leave it out");
    }
    if (amount.limits().roundTo() > 1) {
      throw new UsageException(
          "round-to rounds widths, and this method masks single weights; leave it out");
    }
  }
}
