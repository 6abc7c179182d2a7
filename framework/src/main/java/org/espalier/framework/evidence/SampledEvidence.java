package org.espalier.framework.evidence;

import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.Images;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.training.Feed;
import org.espalier.graphs.Model;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;

/**
 * Evidence whose samples are computed.
 *
 * @param weights what is masked is zero in them, whatever it was
 * @param data whose training images make a sample, if there are any
 */
public record SampledEvidence(
    ChannelAnalysis analysis, Weights weights, Optional<Dataset> data, Machine machine)
    implements Evidence {
  public SampledEvidence {
    if (!analysis.network().masks().isEmpty()) {
      weights = new Model(analysis.network(), weights).silenced().weights();
    }
  }

  @Override
  public Sample sample(int images) {
    Dataset from =
        data.orElseThrow(
            () ->
                new UsageException(
                    "this pruning method looks at images, and no data set was given"));
    if (images < 1) {
      throw new UsageException("a sample has at least 1 image, found " + images);
    }
    Images all = from.train();
    return new ComputedSample(
        analysis.network(),
        weights,
        all.take(Math.min(images, all.size())),
        Feed.of(from),
        machine);
  }
}
