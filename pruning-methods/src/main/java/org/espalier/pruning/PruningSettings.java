package org.espalier.pruning;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.espalier.graphs.UsageException;

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
 * @param ratios the share that goes from single groups, by id; groups that are not named get {@code
 *     ratio}, or stay whole without one
 * @param scope what channels are ranked against
 * @param coupled whether groups that several layers make together, residual trunks, are cut too.
 *     Presets and {@code ratios} name their groups and do not look at this
 * @param floor the fewest channels that may stay in a group; smaller groups stay whole
 * @param exclude ids of groups that stay as they are
 * @param seed of methods that draw random numbers
 * @param roundTo widths are rounded up to a multiple of this, where the group has that many
 */
public record PruningSettings(
    Optional<String> preset,
    Optional<Double> ratio,
    Optional<Double> targetMacs,
    Optional<Double> targetParameters,
    Map<String, Double> ratios,
    Scope scope,
    boolean coupled,
    int floor,
    List<String> exclude,
    long seed,
    int roundTo) {

  /** What the channels of a group are ranked against. */
  public enum Scope {
    /** Against each other: every group loses the same share. */
    LOCAL,
    /** Against those of all groups: some groups lose much, others little. */
    GLOBAL
  }

  public PruningSettings {
    ratios = Collections.unmodifiableMap(new LinkedHashMap<>(ratios));
    exclude = List.copyOf(exclude);
    checkAmount(preset, ratio, targetMacs, targetParameters, ratios);
    ratio.ifPresent(r -> checkRatio("ratio", r));
    ratios.forEach((group, r) -> checkRatio("the ratio of group '" + group + "'", r));
    targetMacs.ifPresent(t -> checkTarget("target-macs", "MACs", t));
    targetParameters.ifPresent(t -> checkTarget("target-parameters", "parameters", t));
    if (scope == Scope.GLOBAL && (preset.isPresent() || !ratios.isEmpty())) {
      throw new UsageException(
          "a global ranking finds the share of each group itself; leave out preset and ratios");
    }
    if (floor < 1) {
      throw new UsageException("floor must be at least 1 channel, found " + floor);
    }
    if (roundTo < 1) {
      throw new UsageException("round-to must be at least 1, found " + roundTo);
    }
  }

  private static void checkAmount(
      Optional<String> preset,
      Optional<Double> ratio,
      Optional<Double> targetMacs,
      Optional<Double> targetParameters,
      Map<String, Double> ratios) {
    List<String> given = new ArrayList<>();
    preset.ifPresent(p -> given.add("preset"));
    ratio.ifPresent(r -> given.add("ratio"));
    targetMacs.ifPresent(t -> given.add("target-macs"));
    targetParameters.ifPresent(t -> given.add("target-parameters"));
    if (given.size() > 1 || given.isEmpty() && ratios.isEmpty()) {
      throw new UsageException(
          "give exactly one of preset, ratio, target-macs and target-parameters; found "
              + (given.isEmpty() ? "none" : String.join(" and ", given)));
    }
    if (!ratios.isEmpty() && !given.isEmpty() && ratio.isEmpty()) {
      throw new UsageException("ratios of single groups go with ratio, not with " + given.get(0));
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
          "%s must be above 0 (a fraction of the %s that remain, or a number of them), found %s"
              .formatted(what, unit, target));
    }
  }

  private static PruningSettings none(
      Optional<String> preset,
      Optional<Double> ratio,
      Optional<Double> targetMacs,
      Optional<Double> targetParameters,
      Map<String, Double> ratios) {
    return new PruningSettings(
        preset,
        ratio,
        targetMacs,
        targetParameters,
        ratios,
        Scope.LOCAL,
        false,
        1,
        List.of(),
        1,
        1);
  }

  /** A published choice of widths. */
  public static PruningSettings ofPreset(String preset) {
    return none(
        Optional.of(preset), Optional.empty(), Optional.empty(), Optional.empty(), Map.of());
  }

  /** The same share of channels goes from every group. */
  public static PruningSettings ofRatio(double ratio) {
    return none(Optional.empty(), Optional.of(ratio), Optional.empty(), Optional.empty(), Map.of());
  }

  /** These shares go from these groups, by id; all others stay whole. */
  public static PruningSettings ofRatios(Map<String, Double> ratios) {
    return none(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), ratios);
  }

  /** As much goes as brings the network down to these multiply-accumulates. */
  public static PruningSettings ofTargetMacs(double targetMacs) {
    return none(
        Optional.empty(), Optional.empty(), Optional.of(targetMacs), Optional.empty(), Map.of());
  }

  /** As much goes as brings the network down to these parameters. */
  public static PruningSettings ofTargetParameters(double target) {
    return none(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(target), Map.of());
  }

  public PruningSettings withScope(Scope newScope) {
    return with(newScope, coupled, floor, exclude, seed, roundTo);
  }

  public PruningSettings withCoupled(boolean newCoupled) {
    return with(scope, newCoupled, floor, exclude, seed, roundTo);
  }

  public PruningSettings withFloor(int newFloor) {
    return with(scope, coupled, newFloor, exclude, seed, roundTo);
  }

  public PruningSettings withExclude(List<String> newExclude) {
    return with(scope, coupled, floor, newExclude, seed, roundTo);
  }

  public PruningSettings withSeed(long newSeed) {
    return with(scope, coupled, floor, exclude, newSeed, roundTo);
  }

  public PruningSettings withRoundTo(int newRoundTo) {
    return with(scope, coupled, floor, exclude, seed, newRoundTo);
  }

  private PruningSettings with(
      Scope newScope,
      boolean newCoupled,
      int newFloor,
      List<String> newExclude,
      long newSeed,
      int newRoundTo) {
    return new PruningSettings(
        preset,
        ratio,
        targetMacs,
        targetParameters,
        ratios,
        newScope,
        newCoupled,
        newFloor,
        newExclude,
        newSeed,
        newRoundTo);
  }

  /** For the record of where a cut came from. Whole numbers are longs, as a reader of JSON has. */
  Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    preset.ifPresent(p -> map.put("preset", p));
    ratio.ifPresent(r -> map.put("ratio", r));
    targetMacs.ifPresent(t -> map.put("targetMacs", t));
    targetParameters.ifPresent(t -> map.put("targetParameters", t));
    if (!ratios.isEmpty()) {
      map.put("ratios", ratios);
    }
    if (scope != Scope.LOCAL) {
      map.put("scope", scope.name().toLowerCase(Locale.ROOT));
    }
    map.put("coupled", coupled);
    map.put("floor", (long) floor);
    map.put("exclude", exclude);
    map.put("seed", seed);
    map.put("roundTo", (long) roundTo);
    return map;
  }
}
