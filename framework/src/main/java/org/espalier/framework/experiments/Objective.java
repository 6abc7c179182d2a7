package org.espalier.framework.experiments;

import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.training.Loss;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/** What a training minimises, as settings. */
public interface Objective {
  Loss loss(Workshop shop, Dataset data);

  /** The cross-entropy with the labels. */
  @Named(value = "labels", description = "the cross-entropy with the labels")
  record Labels() implements Objective {
    @Override
    public Loss loss(Workshop shop, Dataset data) {
      return Loss.labels();
    }
  }

  /** The distance to a teacher's answers. */
  @Named(value = "teacher", description = "the distance to a teacher's outputs")
  record Teacher(
      @Setting("The teacher.") Source model,
      @Setting(
              value =
                  "Temperature of the teacher's softened answers; 0: the mean squared difference of"
                      + " the outputs.",
              defaultValue = "0")
          double temperature)
      implements Objective {
    @Override
    public Loss loss(Workshop shop, Dataset data) {
      return Loss.teacher(model.model(shop, Optional.of(data)), temperature);
    }
  }
}
