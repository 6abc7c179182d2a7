package org.espalier.pruning;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.settings.Setting;

/** Several amounts that differ in how much goes, or none; see {@link Amount}. */
public record Amounts(
    @Setting("Published widths, one or several: {presets}.") List<String> preset,
    @Setting(
            "Share that goes of the channels of every group, or of weights, from 0 to below 1; one or"
                + " several.")
        List<Double> ratio,
    @Setting(
            "Multiply-accumulates that remain: a share of the network's if at most 1, else a number; one"
                + " or several.")
        List<Double> targetMacs,
    @Setting(
            "Parameters that remain: a share of the network's if at most 1, else a number; one or"
                + " several.")
        List<Double> targetParameters,
    @Setting(
            "Shares that go from single groups or kernels, as GROUP=SHARE; others get --ratio or stay.")
        List<Amount.GroupShare> ratios,
    @Setting("What the training made zero goes; for methods that find zeros: sss, zero-filters.")
        boolean asTrained,
    @Setting(value = "", inline = true) Limits limits) {
  public Amounts {
    preset = List.copyOf(preset);
    ratio = List.copyOf(ratio);
    targetMacs = List.copyOf(targetMacs);
    targetParameters = List.copyOf(targetParameters);
    ratios = List.copyOf(ratios);
    checkAll(all(preset, ratio, targetMacs, targetParameters, ratios, asTrained, limits));
  }

  /** One amount. */
  public static Amounts of(Amount amount) {
    return of(List.of(amount));
  }

  /**
   * Several, with the same limits and shares of single groups.
   *
   * @throws UsageException if they have not
   */
  public static Amounts of(List<Amount> amounts) {
    Amount first = amounts.get(0);
    for (Amount other : amounts) {
      if (!other.limits().equals(first.limits()) || !other.ratios().equals(first.ratios())) {
        throw new UsageException(
            "amounts of one comparison differ in how much goes, not in where; found "
                + first
                + " and "
                + other);
      }
    }
    return new Amounts(
        amounts.stream().flatMap(a -> a.preset().stream()).toList(),
        amounts.stream().flatMap(a -> a.ratio().stream()).toList(),
        amounts.stream().flatMap(a -> a.targetMacs().stream()).toList(),
        amounts.stream().flatMap(a -> a.targetParameters().stream()).toList(),
        first.ratios(),
        amounts.stream().anyMatch(Amount::asTrained),
        first.limits());
  }

  /**
   * Refuses none at all.
   *
   * @throws UsageException that says what can be given
   */
  public void checkGiven() {
    if (all().isEmpty()) {
      Optional<Double> none = Optional.empty();
      Amount.checkOneIsGiven(Optional.empty(), none, none, none, ratios, asTrained);
    }
  }

  /** Each by itself; empty if nothing says how much goes. */
  public List<Amount> all() {
    return all(preset, ratio, targetMacs, targetParameters, ratios, asTrained, limits);
  }

  private static List<Amount> all(
      List<String> preset,
      List<Double> ratio,
      List<Double> targetMacs,
      List<Double> targetParameters,
      List<Amount.GroupShare> ratios,
      boolean asTrained,
      Limits limits) {
    List<Amount> all = new ArrayList<>();
    Optional<String> noPreset = Optional.empty();
    Optional<Double> none = Optional.empty();
    preset.forEach(p -> all.add(new Amount(Optional.of(p), none, none, none, ratios, limits)));
    ratio.forEach(r -> all.add(new Amount(noPreset, Optional.of(r), none, none, ratios, limits)));
    targetMacs.forEach(
        t -> all.add(new Amount(noPreset, none, Optional.of(t), none, ratios, limits)));
    targetParameters.forEach(
        t -> all.add(new Amount(noPreset, none, none, Optional.of(t), ratios, limits)));
    if (asTrained) {
      all.add(new Amount(noPreset, none, none, none, ratios, true, limits));
    }
    if (all.isEmpty() && !ratios.isEmpty()) {
      all.add(new Amount(noPreset, none, none, none, ratios, limits));
    }
    return all;
  }

  private static void checkAll(List<Amount> all) {
    if (all.stream().distinct().count() < all.size()) {
      throw new UsageException("amounts must all be different; found one twice");
    }
  }
}
