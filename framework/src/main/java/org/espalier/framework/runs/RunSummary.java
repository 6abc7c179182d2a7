package org.espalier.framework.runs;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.HashMap;
import java.util.Map;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.cost.Cost;

/**
 * How a run ended: {@code summary.json}. Its presence says that the run is finished.
 *
 * @param accuracy on the test images, of a training after its last epoch; a fraction. Null where
 *     nothing was measured
 * @param loss on the test images; null where nothing was measured
 * @param epochs that the run itself trained
 * @param macs for one image
 * @param flops for one image, reference convention
 * @param trainingMacs of the whole training: three times the forward pass (forward, gradient by
 *     inputs, gradient by weights) for every training image of every epoch; evaluations not counted
 * @param trainingSeconds wall time of all epochs, evaluations included
 * @param weightsDigest SHA-256 of the final weights
 * @param atLeast whether macs, flops and trainingMacs are the least that they can be, because the
 *     work of some node is not known
 * @param effective of a masked network, the same costs without the weights that are masked; null
 *     for others
 */
public record RunSummary(
    Double accuracy,
    Double loss,
    int epochs,
    long parameters,
    long macs,
    long flops,
    long trainingMacs,
    double trainingSeconds,
    String weightsDigest,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean atLeast,
    @JsonInclude(JsonInclude.Include.NON_NULL) Cost.Effective effective) {
  public static final String FILE = "summary.json";

  /** What some files lack. */
  static final Map<String, Object> OTHERWISE = new HashMap<>();

  static {
    OTHERWISE.put("atLeast", false);
    OTHERWISE.put("effective", null);
  }

  /** Of a network without masks whose costs are known. */
  public RunSummary(
      Double accuracy,
      Double loss,
      int epochs,
      long parameters,
      long macs,
      long flops,
      long trainingMacs,
      double trainingSeconds,
      String weightsDigest) {
    this(
        accuracy,
        loss,
        epochs,
        parameters,
        macs,
        flops,
        trainingMacs,
        trainingSeconds,
        weightsDigest,
        false,
        null);
  }

  /**
   * Of what trained nothing.
   *
   * @param accuracy null where nothing was measured
   * @param loss null where nothing was measured
   * @param cost of the model
   */
  public static RunSummary untrained(Double accuracy, Double loss, Cost cost, Weights weights) {
    return new RunSummary(
        accuracy,
        loss,
        0,
        cost.parameters(),
        cost.macs(),
        cost.flops(),
        0,
        0,
        Digests.of(weights),
        cost.isAtLeast(),
        cost.effective().orElse(null));
  }

  public RunSummary {
    if (accuracy != null && !(accuracy >= 0 && accuracy <= 1)) {
      throw new BadInputException("expected an accuracy from 0 to 1, found " + accuracy);
    }
    if (weightsDigest == null) {
      throw new BadInputException("expected the digest of the weights, found none");
    }
  }
}
