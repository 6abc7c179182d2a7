package org.espalier.framework.experiments;

import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.graphs.Model;

/** Where a model comes from. An implementation is a record with a name. */
public interface Source {
  /**
   * The model.
   *
   * @param data whose images it is for, if that is known
   */
  Model model(Workshop shop, Optional<Dataset> data);

  /** What was cut, if it is a pruned model or was trained from one. */
  Optional<PrunedFile> pruned(Workshop shop);

  /** Where it lies, for the record of what comes of it; empty if it is made on the spot. */
  Optional<String> place(Workshop shop);

  /** What will be found here, without making anything; empty if that cannot be told. */
  Optional<Preview> preview(Workshop shop, Optional<Dataset> data);

  /** What it scores on the test images of a data set, if that is known without measuring. */
  default Optional<Double> accuracy(Workshop shop, DataSpec on) {
    return Optional.empty();
  }

  /** A few words for people. */
  String title();
}
