package org.espalier.tools.commands;

import java.util.List;
import java.util.Optional;
import org.espalier.framework.settings.Setting;
import org.espalier.pruning.PruningSettings;

/** How much to prune, and where. */
record PruningOptions(
    @Setting(
            value = "Pruning method: l1-norm (smallest filters go), random (its control).",
            defaultValue = "l1-norm")
        String method,
    @Setting("Published widths: vgg16-a, resnet56-a, resnet56-b, resnet110-a or resnet110-b.")
        Optional<String> preset,
    @Setting("Share of the channels that goes from every group, from 0 to below 1.")
        Optional<Double> ratio,
    @Setting(
            "Multiply-accumulates that remain: a share of the network's if at most 1, else a number.")
        Optional<Double> targetMacs,
    @Setting(
            value = "Also cut residual trunks, whose channels several layers make together.",
            defaultValue = "false")
        boolean coupled,
    @Setting(value = "The fewest channels that stay in a group.", defaultValue = "1") int floor,
    @Setting("Groups that stay whole, by the ids that 'espalier inspect' shows.")
        List<String> exclude,
    @Setting(value = "Round widths up to a multiple of this.", defaultValue = "1") int roundTo) {

  PruningSettings settings(long seed) {
    return new PruningSettings(preset, ratio, targetMacs, coupled, floor, exclude, seed, roundTo);
  }
}
