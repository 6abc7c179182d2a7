package org.espalier.pruning.comparison;

import java.util.List;
import org.espalier.framework.experiments.Arm;

/** How the results of a plan are told: what an arm is, and what the numbers mean. */
public interface Telling {
  /** An arm with what tells it from others. */
  ArmResult told(ArmResult result, Arm arm);

  /**
   * What the numbers mean, in sentences.
   *
   * @param testImages how many each accuracy was measured on
   */
  List<String> read(List<ArmResult> arms, int testImages);

  /** Of a comparison: an arm is its name. */
  Telling COMPARISON =
      new Telling() {
        @Override
        public ArmResult told(ArmResult result, Arm arm) {
          return result;
        }

        @Override
        public List<String> read(List<ArmResult> arms, int testImages) {
          return Reading.of(arms, testImages);
        }
      };
}
