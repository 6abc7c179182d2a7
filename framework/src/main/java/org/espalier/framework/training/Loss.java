package org.espalier.framework.training;

import org.espalier.graphs.Model;

/** What a training minimises. */
public sealed interface Loss {
  /** The cross-entropy with the labels. */
  static Loss labels() {
    return new Labels();
  }

  /**
   * The distance to what a teacher answers to the same images; no labels are needed.
   *
   * @param temperature above 0: the cross-entropy with the teacher's softened outputs, times the
   *     temperature squared (Hinton et al. 2015, "Distilling the Knowledge in a Neural Network",
   *     section 2). 0: the mean squared difference of the outputs
   */
  static Loss teacher(Model teacher, double temperature) {
    return new Teacher(teacher, temperature);
  }

  /** See {@link #labels}. */
  record Labels() implements Loss {}

  /** See {@link #teacher}. */
  record Teacher(Model model, double temperature) implements Loss {
    public Teacher {
      if (!(temperature >= 0) || !Double.isFinite(temperature)) {
        throw new IllegalArgumentException("temperature must be 0 or above, found " + temperature);
      }
    }
  }
}
