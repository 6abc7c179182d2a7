package org.espalier.pruning;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.graphs.UsageException;

/**
 * How much to remove, and where. Exactly one of {@code preset}, {@code ratio} and {@code
 * targetMacs} says how much.
 *
 * @param preset the name of a published choice of widths; see {@link Presets}
 * @param ratio the share of channels that goes from every group: at least 0, below 1
 * @param targetMacs the multiply-accumulates that remain: a fraction of the network's if at most 1,
 *     a number of them if above
 * @param coupled whether groups that several layers make together, residual trunks, are cut too.
 *     Presets name their groups and do not look at this
 * @param floor the fewest channels that may stay in a group; smaller groups stay whole
 * @param exclude ids of groups that stay as they are
 * @param seed of methods that draw random numbers
 * @param roundTo widths are rounded up to a multiple of this, where the group has that many
 */
public record PruningSettings(
    Optional<String> preset,
    Optional<Double> ratio,
    Optional<Double> targetMacs,
    boolean coupled,
    int floor,
    List<String> exclude,
    long seed,
    int roundTo) {

  public PruningSettings {
    exclude = List.copyOf(exclude);
    List<String> given = new ArrayList<>();
    preset.ifPresent(p -> given.add("preset"));
    ratio.ifPresent(r -> given.add("ratio"));
    targetMacs.ifPresent(t -> given.add("target-macs"));
    if (given.size() != 1) {
      throw new UsageException(
          "give exactly one of preset, ratio and target-macs; found "
              + (given.isEmpty() ? "none" : String.join(" and ", given)));
    }
    // Written so that NaN fails too.
    if (ratio.isPresent() && !(ratio.get() >= 0 && ratio.get() < 1)) {
      throw new UsageException(
          "ratio must be at least 0 and below 1 (the share of channels to remove), found "
              + ratio.get());
    }
    if (targetMacs.isPresent() && !(targetMacs.get() > 0 && Double.isFinite(targetMacs.get()))) {
      throw new UsageException(
          "target-macs must be above 0 (a fraction of the MACs that remain, or a number of them),"
              + " found "
              + targetMacs.get());
    }
    if (floor < 1) {
      throw new UsageException("floor must be at least 1 channel, found " + floor);
    }
    if (roundTo < 1) {
      throw new UsageException("round-to must be at least 1, found " + roundTo);
    }
  }

  /** A published choice of widths. */
  public static PruningSettings ofPreset(String preset) {
    return of(Optional.of(preset), Optional.empty(), Optional.empty());
  }

  /** The same share of channels goes from every group. */
  public static PruningSettings ofRatio(double ratio) {
    return of(Optional.empty(), Optional.of(ratio), Optional.empty());
  }

  /** As much goes as brings the network down to these multiply-accumulates. */
  public static PruningSettings ofTargetMacs(double targetMacs) {
    return of(Optional.empty(), Optional.empty(), Optional.of(targetMacs));
  }

  private static PruningSettings of(
      Optional<String> preset, Optional<Double> ratio, Optional<Double> targetMacs) {
    return new PruningSettings(preset, ratio, targetMacs, false, 1, List.of(), 1, 1);
  }

  public PruningSettings withCoupled(boolean newCoupled) {
    return new PruningSettings(
        preset, ratio, targetMacs, newCoupled, floor, exclude, seed, roundTo);
  }

  public PruningSettings withFloor(int newFloor) {
    return new PruningSettings(
        preset, ratio, targetMacs, coupled, newFloor, exclude, seed, roundTo);
  }

  public PruningSettings withExclude(List<String> newExclude) {
    return new PruningSettings(
        preset, ratio, targetMacs, coupled, floor, newExclude, seed, roundTo);
  }

  public PruningSettings withSeed(long newSeed) {
    return new PruningSettings(
        preset, ratio, targetMacs, coupled, floor, exclude, newSeed, roundTo);
  }

  public PruningSettings withRoundTo(int newRoundTo) {
    return new PruningSettings(
        preset, ratio, targetMacs, coupled, floor, exclude, seed, newRoundTo);
  }

  /** For the record of where a cut came from. Whole numbers are longs, as a reader of JSON has. */
  Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    preset.ifPresent(p -> map.put("preset", p));
    ratio.ifPresent(r -> map.put("ratio", r));
    targetMacs.ifPresent(t -> map.put("targetMacs", t));
    map.put("coupled", coupled);
    map.put("floor", (long) floor);
    map.put("exclude", exclude);
    map.put("seed", seed);
    map.put("roundTo", (long) roundTo);
    return map;
  }
}
