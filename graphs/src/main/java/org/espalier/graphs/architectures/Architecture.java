package org.espalier.graphs.architectures;

import org.espalier.graphs.Network;

/** A named recipe that builds a network. */
public interface Architecture {
  String name();

  /** The kind of network: vgg, resnet … */
  String family();

  /** The input and classes of the paper. */
  Options defaults();

  /** Whether it has shortcuts that can be any {@link PaddedShortcut}. */
  default boolean padsShortcuts() {
    return false;
  }

  Network build(Options options);

  default Network build() {
    return build(defaults());
  }
}
