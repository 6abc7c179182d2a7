package org.espalier.framework.experiments;

import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/**
 * A pruned network whose widths were published, with initial weights. Nothing is cut: Liu et al.
 * 2019, section 4.1, call this a predefined target architecture. Its computation is compared with
 * that of the architecture that it was pruned from, adapted in the same way.
 *
 * @param network the small one
 * @param prunedFrom the large one, by name
 */
@Named(value = "predefined", description = "a published pruned architecture with initial weights")
public record Predefined(
    @Setting(value = "", inline = true) ArchitectureSpec network,
    @Setting("The architecture that it was pruned from.") String prunedFrom,
    @Setting(value = "Seed of the initial weights.", defaultValue = "1") long seed)
    implements Source {

  /** With the first seed; training from scratch draws its own. */
  public static Predefined of(ArchitectureSpec network, String prunedFrom) {
    return new Predefined(network, prunedFrom, 1);
  }

  @Override
  public Model model(Workshop shop, Optional<Dataset> data) {
    return small().model(shop, data);
  }

  private Fresh small() {
    return new Fresh(network, seed);
  }

  private Fresh large() {
    return new Fresh(new ArchitectureSpec(prunedFrom, network.adaptation()), seed);
  }

  /**
   * @throws UsageException if it computes more than what it was pruned from
   */
  @Override
  public Optional<Preview> preview(Workshop shop, Optional<Dataset> data) {
    Network built = built(small(), shop, data);
    long before = shop.costs().of(built(large(), shop, data)).flops();
    long after = shop.costs().of(built).flops();
    if (after > before) {
      throw new UsageException(
          title() + " computes more than " + prunedFrom + " does, so it was not pruned from it");
    }
    return Optional.of(new Preview(built, before));
  }

  private static Network built(Fresh fresh, Workshop shop, Optional<Dataset> data) {
    return fresh.preview(shop, data).orElseThrow().network();
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
