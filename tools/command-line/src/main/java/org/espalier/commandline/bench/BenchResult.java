package org.espalier.commandline.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * The contract of {@code bench --json}. All times are wall time; medians unless named otherwise.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BenchResult(
    List<Training> training, Pipeline pipeline, List<Cutting> cut, List<Inference> inference) {

  /** Forward, backward and update of one network; masked has a mask on every kernel. */
  public record Training(
      String network,
      int batch,
      int threads,
      double medianImagesPerSecond,
      double bestImagesPerSecond,
      double maskedMedianImagesPerSecond) {}

  /** Shuffled, cropped and flipped 32x32x3 images, on one thread. */
  public record Pipeline(double imagesPerSecond) {}

  /** Finding the channel groups, and removing half of the channels with their weights. */
  public record Cutting(String network, double analyseMs, double cutMs) {}

  /**
   * Logits of folded networks.
   *
   * @param macsRatio multiply-accumulates before / after: what theory would gain
   */
  public record Inference(
      String network,
      String pruned,
      int batch,
      double beforeMs,
      double afterMs,
      double macsRatio) {}
}
