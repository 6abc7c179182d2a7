package org.espalier.framework.data.sources;

import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.Scaling;
import org.espalier.graphs.settings.Setting;

/** A data set by name, or some of it. */
public record DataSpec(
    @Setting("Data set: {data sets}.") String dataset,
    @Setting(value = "", inline = true) Subset subset) {

  /** All of a data set. */
  public static DataSpec of(String dataset) {
    return new DataSpec(dataset, Subset.ALL);
  }

  /** The same, scaled otherwise. */
  public DataSpec scaled(Scaling other) {
    return new DataSpec(dataset, subset.scaled(other));
  }

  public Dataset load(Datasets datasets) {
    return subset.load(datasets, dataset);
  }
}
