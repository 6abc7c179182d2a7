package org.espalier.pruning;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.espalier.framework.settings.Decimals;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.settings.Setting;

/**
 * How much to remove, and where. At most one of {@code preset}, {@code ratio}, {@code targetMacs}
 * and {@code targetParameters} says how much; none is needed where {@code ratios} names groups.
 *
 * @param preset the name of a published choice of widths; see {@link Presets}
 * @param ratio the share of channels that goes: at least 0, below 1. Of every group or, with a
 *     global ranking, of all groups together
 * @param targetMacs the multiply-accumulates that remain: a fraction of the network's if at most 1,
 *     a number of them if above
 * @param targetParameters the parameters that remain, in the same way
 * @param ratios the share that goes from single groups; groups that are not named get {@code
 *     ratio}, or stay whole without one
 * @param asTrained what a training made zero goes, and nothing else
 */
public record Amount(
    @Setting("Published widths: {presets}.") Optional<String> preset,
    @Setting("Share that goes of the channels of every group, or of weights, from 0 to below 1.")
        Optional<Double> ratio,
    @Setting(
            "Multiply-accumulates that remain: a share of the network's if at most 1, such as 50%, else a"
                + " number, such as 120M.")
        Optional<Double> targetMacs,
    @Setting(
            "Parameters that remain: a share of the network's if at most 1, such as 50%, else a number,"
                + " such as 1.2M.")
        Optional<Double> targetParameters,
    @Setting(
            "Shares that go from single groups or kernels, as GROUP=SHARE; others get --ratio or stay.")
        List<GroupShare> ratios,
    @Setting("What the training made zero goes; for methods that find zeros: sss, zero-filters.")
        boolean asTrained,
    @Setting(value = "", inline = true) Limits limits) {

  /** The share that goes from one group; written {@code conv3=0.5}. */
  public record GroupShare(String group, double share) {
    /**
     * Reads what {@link #toString()} writes.
     *
     * @throws UsageException with an example
     */
    public static GroupShare parse(String text) {
      int at = text.lastIndexOf('=');
      double share =
          (at > 0 ? Decimals.number(text.substring(at + 1)) : OptionalDouble.empty())
              .orElseThrow(() -> new UsageException(expected(text)));
      return new GroupShare(text.substring(0, at), share);
    }

    private static String expected(String text) {
      return "expected GROUP=SHARE such as conv3=0.5, found '" + text + "'";
    }

    @Override
    public String toString() {
      return group + "=" + share;
    }
  }

  public Amount(
      Optional<String> preset,
      Optional<Double> ratio,
      Optional<Double> targetMacs,
      Optional<Double> targetParameters,
      List<GroupShare> ratios,
      Limits limits) {
    this(preset, ratio, targetMacs, targetParameters, ratios, false, limits);
  }

  public Amount {
    ratios = List.copyOf(ratios);
    checkOneIsGiven(preset, ratio, targetMacs, targetParameters, ratios, asTrained);
    ratio.ifPresent(r -> checkRatio("ratio", r));
    checkRatios(ratios);
    checkCoupled(limits, ratio.isEmpty() && (preset.isPresent() || !ratios.isEmpty()));
    targetMacs.ifPresent(t -> checkTarget("target-macs", "MACs", t));
    targetParameters.ifPresent(t -> checkTarget("target-parameters", "parameters", t));
    if (limits.scope() == Limits.Scope.GLOBAL && (preset.isPresent() || !ratios.isEmpty())) {
      throw new UsageException(
          "a global ranking finds the share of each group itself; leave out preset and ratios");
    }
  }

  static void checkOneIsGiven(
      Optional<String> preset,
      Optional<Double> ratio,
      Optional<Double> targetMacs,
      Optional<Double> targetParameters,
      List<GroupShare> ratios,
      boolean asTrained) {
    List<String> given = new ArrayList<>();
    preset.ifPresent(p -> given.add("preset"));
    ratio.ifPresent(r -> given.add("ratio"));
    targetMacs.ifPresent(t -> given.add("target-macs"));
    targetParameters.ifPresent(t -> given.add("target-parameters"));
    if (asTrained) {
      given.add("as-trained");
    }
    if (given.size() > 1 || given.isEmpty() && ratios.isEmpty()) {
      throw new UsageException(
          "give exactly one of preset, ratio, target-macs and target-parameters; found "
              + (given.isEmpty() ? "none" : String.join(" and ", given)));
    }
    if (!ratios.isEmpty() && !given.isEmpty() && ratio.isEmpty()) {
      throw new UsageException("ratios of single groups go with ratio, not with " + given.get(0));
    }
  }

  private static void checkRatios(List<GroupShare> ratios) {
    Set<String> named = new HashSet<>();
    for (GroupShare ratio : ratios) {
      checkRatio("the ratio of group '" + ratio.group() + "'", ratio.share());
      if (!named.add(ratio.group())) {
        throw new UsageException("ratios name group '" + ratio.group() + "' twice");
      }
    }
  }

  /**
   * @param named whether all groups that are cut are named, by a preset or one by one
   */
  private static void checkCoupled(Limits limits, boolean named) {
    if (named && limits.coupled()) {
      throw new UsageException(
          "coupled says nothing about a preset or ratios of single groups, which name their groups;"
              + " leave it out");
    }
  }

  private static void checkRatio(String what, double ratio) {
    // Written so that NaN fails too.
    if (!(ratio >= 0 && ratio < 1)) {
      throw new UsageException(
          what
              + " must be at least 0 and below 1 (the share of channels to remove), found "
              + ratio);
    }
  }

  private static void checkTarget(String what, String unit, double target) {
    if (!(target > 0 && Double.isFinite(target))) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "%s must be above 0 (a fraction of the %s that remain, or a number of them), found %s",
              what,
              unit,
              target));
    }
  }

  private static Amount one(
      Optional<String> preset,
      Optional<Double> ratio,
      Optional<Double> macs,
      Optional<Double> parameters) {
    return new Amount(preset, ratio, macs, parameters, List.of(), Limits.NONE);
  }

  /**
   * Refuses a target in MACs where they are known in part only: what is not known cannot be brought
   * down to it.
   *
   * @param open what is not known, in sentences; see {@link org.espalier.graphs.cost.Cost#open}
   */
  public static void checkMacsKnown(List<String> open) {
    if (!open.isEmpty()) {
      throw new UsageException(
          "target-macs needs the multiply-accumulates of the whole network, and they are known in"
              + " part only: "
              + open.get(0)
              + "; give target-parameters or ratio");
    }
  }

  /** A published choice of widths. */
  public static Amount preset(String name) {
    return one(Optional.of(name), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The same share of channels goes from every group. */
  public static Amount ratio(double share) {
    return one(Optional.empty(), Optional.of(share), Optional.empty(), Optional.empty());
  }

  /** What a training made zero goes, by a method that finds it. */
  public static Amount ofZeros() {
    Optional<Double> none = Optional.empty();
    return new Amount(Optional.empty(), none, none, none, List.of(), true, Limits.NONE);
  }

  /** As much goes as brings the network down to these multiply-accumulates. */
  public static Amount macs(double target) {
    return one(Optional.empty(), Optional.empty(), Optional.of(target), Optional.empty());
  }

  /** As much goes as brings the network down to these parameters. */
  public static Amount parameters(double target) {
    return one(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(target));
  }

  /** These shares go from these groups, by id; all others stay whole. */
  public static Amount ratios(Map<String, Double> shares) {
    List<GroupShare> listed = new ArrayList<>();
    shares.forEach((group, share) -> listed.add(new GroupShare(group, share)));
    Optional<Double> none = Optional.empty();
    return new Amount(Optional.empty(), none, none, none, listed, Limits.NONE);
  }

  /** The same amount, with another choice of where. */
  public Amount with(UnaryOperator<Limits> change) {
    return new Amount(
        preset, ratio, targetMacs, targetParameters, ratios, asTrained, change.apply(limits));
  }

  /**
   * The shares of the groups that it names, by id, in its order: those of a preset, or those that
   * are given one by one. Empty if it speaks of groups that it does not name.
   */
  public Map<String, Double> namedShares() {
    return preset
        .map(name -> Presets.get(name).shares())
        .orElseGet(() -> ratio.isPresent() ? Map.of() : sharesByGroup());
  }

  /** The shares of single groups, by id. */
  Map<String, Double> sharesByGroup() {
    Map<String, Double> shares = new LinkedHashMap<>();
    ratios.forEach(r -> shares.put(r.group(), r.share()));
    return shares;
  }

  /** A few words for people. */
  public String title() {
    return preset
        .or(() -> ratio.map(r -> "ratio " + number(r)))
        .or(() -> targetMacs.map(t -> "macs " + number(t)))
        .or(() -> targetParameters.map(t -> "parameters " + number(t)))
        .orElse(asTrained ? "as trained" : "ratios");
  }

  private static String number(double n) {
    return n == Math.rint(n) ? String.format(Locale.ROOT, "%.0f", n) : Double.toString(n);
  }
}
