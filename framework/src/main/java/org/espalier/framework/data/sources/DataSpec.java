package org.espalier.framework.data.sources;

import java.util.List;
import java.util.Optional;
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

  /** A share of its images. */
  public DataSpec sharing(double share) {
    return new DataSpec(dataset, subset.sharing(share));
  }

  public Dataset load(Datasets datasets) {
    return subset.load(datasets, dataset);
  }

  /** What a result that was made of these files should tell: that they are not the published. */
  public Optional<String> note(Datasets datasets) {
    List<String> different =
        datasets.source(dataset).checksums(subset.data()).stream()
            .filter(check -> check.isUsable() && !check.isPublished())
            .map(FileCheck::file)
            .toList();
    return different.isEmpty()
        ? Optional.empty()
        : Optional.of(
            dataset
                + ": not the published files, by their checksums: "
                + String.join(", ", different));
  }
}
