package org.espalier.framework.experiments;

import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/** An architecture with initial weights. */
@Named(value = "fresh", description = "an architecture with initial weights")
public record Fresh(
    @Setting(value = "", inline = true) ArchitectureSpec network,
    @Setting(value = "Seed of the initial weights.", defaultValue = "1") long seed)
    implements Source {

  @Override
  public Model model(Workshop shop, Optional<Dataset> data) {
    Network built = built(shop, data);
    return new Model(built, built.initialise(seed));
  }

  @Override
  public Optional<Preview> preview(Workshop shop, Optional<Dataset> data) {
    return Optional.of(new Preview(built(shop, data), 0));
  }

  private Network built(Workshop shop, Optional<Dataset> data) {
    return data.map(d -> fitted(shop, d)).orElseGet(() -> paper(shop));
  }

  private Network paper(Workshop shop) {
    return network.build(shop.architectures());
  }

  private Network fitted(Workshop shop, Dataset d) {
    return network.build(shop.architectures(), d.height(), d.width(), d.channels(), d.classes());
  }

  @Override
  public Optional<PrunedFile> pruned(Workshop shop) {
    return Optional.empty();
  }

  @Override
  public Optional<String> place(Workshop shop) {
    return Optional.empty();
  }

  @Override
  public String title() {
    return network.architecture();
  }
}
