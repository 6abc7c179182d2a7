package org.espalier.pruning.reconstruction;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.framework.evidence.LayerReader;
import org.espalier.graphs.channels.ChannelGroup;

/** A way to choose the channels of a group, and to let the layers that read them make up for it. */
public interface Reconstruction {
  /**
   * A group that is to be cut.
   *
   * @param layers that read its channels, in the order in which data meets them
   * @param keep how many channels stay, fewer than there are
   * @param title for whom images are looked at, should it take long
   */
  record Reduced(ChannelGroup group, List<LayerReader> layers, int keep, String title) {
    public Reduced {
      layers = List.copyOf(layers);
    }
  }

  /** Why a layer is too much for it; usually empty. */
  default Optional<String> beyond(LayerReader layer) {
    return Optional.empty();
  }

  /**
   * What is to come, before the first step.
   *
   * @param groups in the order in which data meets them
   */
  default void begin(List<Reduced> groups, SoFar uncut) {}

  /**
   * Cuts one group.
   *
   * @param notes sentences that the user should read
   */
  SoFar step(Reduced group, SoFar now, Consumer<String> notes);
}
