package org.espalier.commandline.commands;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.settings.Setting;
import org.espalier.graphs.UsageException;
import org.espalier.pruning.PruningSettings;

/** How much to prune, and where. */
record PruningOptions(
    @Setting(
            value =
                "Pruning method: l1-norm or l2-norm (smallest filters go), fpgm (those nearest to the others),"
                    + " bn-scale (smallest scales of batch norm), random (the control).",
            defaultValue = "l1-norm")
        String method,
    @Setting(
            "Published widths: vgg16-a, resnet56-a, resnet56-b, resnet110-a, resnet110-b, resnet34-a or"
                + " resnet34-b.")
        Optional<String> preset,
    @Setting("Share of the channels that goes from every group, from 0 to below 1.")
        Optional<Double> ratio,
    @Setting(
            "Multiply-accumulates that remain: a share of the network's if at most 1, else a number.")
        Optional<Double> targetMacs,
    @Setting("Parameters that remain: a share of the network's if at most 1, else a number.")
        Optional<Double> targetParameters,
    @Setting("Shares that go from single groups, as GROUP=SHARE; the others get --ratio or stay.")
        List<String> ratios,
    @Setting(
            value =
                "Rank channels within their group (local: every group loses the same share) or against"
                    + " those of all groups (global).",
            defaultValue = "local")
        PruningSettings.Scope scope,
    @Setting(
            value = "Also cut residual trunks, whose channels several layers make together.",
            defaultValue = "false")
        boolean coupled,
    @Setting(value = "The fewest channels that stay in a group.", defaultValue = "1") int floor,
    @Setting("Groups that stay whole, by the ids that 'espalier inspect' shows.")
        List<String> exclude,
    @Setting(value = "Round widths up to a multiple of this.", defaultValue = "1") int roundTo) {

  PruningSettings settings(long seed) {
    return new PruningSettings(
        preset,
        ratio,
        targetMacs,
        targetParameters,
        byGroup(),
        scope,
        coupled,
        floor,
        exclude,
        seed,
        roundTo);
  }

  private Map<String, Double> byGroup() {
    Map<String, Double> byGroup = new LinkedHashMap<>();
    for (String given : ratios) {
      int at = given.lastIndexOf('=');
      try {
        byGroup.put(given.substring(0, Math.max(0, at)), Double.valueOf(given.substring(at + 1)));
      } catch (NumberFormatException e) {
        throw new UsageException(
            "--ratios expects GROUP=SHARE such as conv3=0.5, found '" + given + "'");
      }
      if (at < 1) {
        throw new UsageException(
            "--ratios expects GROUP=SHARE such as conv3=0.5, found '" + given + "'");
      }
    }
    return byGroup;
  }
}
