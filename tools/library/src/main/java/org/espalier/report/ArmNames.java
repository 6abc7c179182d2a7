package org.espalier.report;

import java.util.Map;

/** How the arms of a comparison are written for people, and what each of the known ones is. */
final class ArmNames {
  private static final Map<String, String> LABELS =
      Map.of(
          "unpruned", "Unpruned",
          "sparsity-trained", "Sparsity-trained",
          "pruned", "Pruned, not retrained",
          "fine-tuned", "Fine-tuned",
          "scratch-e", "Scratch-E",
          "scratch-b", "Scratch-B",
          "scratch-b-total", "Scratch-B, in all");

  private static final Map<String, String> MEANINGS =
      Map.of(
          "unpruned", "the full network; every change is measured against it.",
          "sparsity-trained",
              "the full network, trained with a penalty or zeros that prepare the cut; straight before"
                  + " it.",
          "pruned",
              "right after the cut, before any training. A fall here is normal and says little about"
                  + " what retraining recovers.",
          "fine-tuned", "the pruned network, trained on from the weights that it kept.",
          "scratch-e",
              "the same small network with new random weights, trained for as many epochs as the"
                  + " unpruned one.",
          "scratch-b",
              "the same small network with new random weights, trained for about as much compute as"
                  + " the unpruned one, so for more epochs.",
          "scratch-b-total",
              "the same, for as many epochs more as the pruned network is fine-tuned for: about as much"
                  + " compute as training before the cut and fine-tuning together.");

  private ArmNames() {}

  static String label(String arm) {
    return LABELS.getOrDefault(arm, arm);
  }

  /** What the arm is, or null where only the caller knows. */
  static String meaning(String arm) {
    return MEANINGS.get(arm);
  }
}
