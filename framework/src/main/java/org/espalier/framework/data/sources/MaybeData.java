package org.espalier.framework.data.sources;

import java.util.Optional;
import org.espalier.graphs.settings.Setting;

/** A data set, if one is named. */
public record MaybeData(
    @Setting("Data set to measure accuracy on; default: none. One of: {data sets}.")
        Optional<String> dataset,
    @Setting(value = "", inline = true) Subset subset) {
  public static final MaybeData NONE = new MaybeData(Optional.empty(), Subset.ALL);

  public static MaybeData of(DataSpec spec) {
    return new MaybeData(Optional.of(spec.dataset()), spec.subset());
  }

  /** The data set that is named. */
  public Optional<DataSpec> spec() {
    return dataset.map(name -> new DataSpec(name, subset));
  }
}
