package org.espalier.framework.evidence;

import java.util.Optional;
import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.Network;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;

/** What a pruning method may look at. Nothing is computed before it is asked for. */
public interface Evidence {
  /** The network with its channel groups. */
  ChannelAnalysis analysis();

  /** As the network reads them: what is masked is zero. */
  Weights weights();

  default Network network() {
    return analysis().network();
  }

  /** Of a network and its weights, without images. */
  static Evidence of(ChannelAnalysis analysis, Weights weights) {
    return new SampledEvidence(analysis, weights, Optional.empty(), Machine.all());
  }

  /**
   * What the network does on some training images, drawn at random with classes in the shares of
   * the whole set.
   *
   * @param images how many, at least 1; all if there are fewer
   * @param seed of the draw
   * @throws org.espalier.graphs.UsageException if no data set was given
   */
  Sample sample(int images, long seed);
}
