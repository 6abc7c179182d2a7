package org.espalier.report;

import java.util.Map;

/** How the arms of a comparison are written for people, and what each of the known ones is. */
final class ArmNames {
  private static final Map<String, String> LABELS =
      Map.of(
          "unpruned", "Unpruned",
          "pruned", "Pruned, not retrained",
          "fine-tuned", "Fine-tuned",
          "scratch-e", "Scratch-E",
          "scratch-b", "Scratch-B");

  private static final Map<String, String> MEANINGS =
      Map.of(
          "unpruned", "the full network; every change is measured against it.",
          "pruned",
              "right after the cut, before any training. A fall here is normal and says little about"
                  + " what retraining recovers.",
          "fine-tuned", "the pruned network, trained on from the weights that it kept.",
          "scratch-e",
              "the same small network with new random weights, trained for as many epochs as the"
                  + " unpruned one.",
          "scratch-b",
              "the same small network with new random weights, trained for about as much compute as"
                  + " the unpruned one, so for more epochs.");

  private ArmNames() {}

  static String label(String arm) {
    return LABELS.getOrDefault(arm, arm);
  }

  /** What the arm is, or null where only the caller knows. */
  static String meaning(String arm) {
    return MEANINGS.get(arm);
  }
}
