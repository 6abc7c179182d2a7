package org.espalier.framework.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.Images;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.training.Feed;
import org.espalier.graphs.Model;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Shape;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.ops.TensorFacts;
import org.tensorflow.proto.NodeDef;

/**
 * Evidence whose samples are computed.
 *
 * @param weights what is masked is zero in them, whatever it was
 * @param data whose training images make a sample, if there are any
 * @param listener hears how long it takes, where it takes long; changes nothing
 */
public record SampledEvidence(
    ChannelAnalysis analysis,
    Weights weights,
    Optional<Dataset> data,
    Machine machine,
    Consumer<String> listener)
    implements Evidence {
  /** Images that are looked at together; no result depends on it beyond rounding. */
  private static final int BATCH = 50;

  /** Values that the largest tensor of a batch may have: 128 MB. */
  private static final long LARGEST = 1L << 25;

  /** Channels of the first layers of usual networks, where no shape tells. */
  private static final long WIDTH = 64;

  public SampledEvidence(
      ChannelAnalysis analysis, Weights weights, Optional<Dataset> data, Machine machine) {
    this(analysis, weights, data, machine, line -> {});
  }

  public SampledEvidence {
    if (!analysis.network().masks().isEmpty()) {
      weights = new Model(analysis.network(), weights).silenced().weights();
    }
  }

  @Override
  public Sample sample(int images, long seed) {
    Dataset from =
        data.orElseThrow(
            () ->
                new UsageException(
                    "this pruning method looks at images, and no data set was given; give dataset"));
    if (images < 1) {
      throw new UsageException("a sample has at least 1 image, found " + images);
    }
    Feed feed = Feed.of(from);
    feed.check(analysis.network());
    Images all = from.train();
    Images chosen = all.sample(Math.min(images, all.size()), RandomStream.of(seed, "sample"));
    return new ComputedSample(
        analysis.network(),
        weights,
        chosen,
        feed,
        machine,
        batch(all),
        notes(images, all, chosen),
        listener);
  }

  /** So few that the feature maps of large images fit into memory. */
  private int batch(Images images) {
    long largest = images.height() * (long) images.width() * WIDTH;
    for (NodeDef node : analysis.facts().order()) {
      for (TensorFacts output : analysis.facts().outputs(node)) {
        boolean each = analysis.isFed(node.getName());
        largest = Math.max(largest, each ? output.shape().map(Shape::elements).orElse(0L) : 0);
      }
    }
    return (int) Math.max(1, Math.min(BATCH, LARGEST / largest));
  }

  private static List<String> notes(int asked, Images all, Images chosen) {
    List<String> notes = new ArrayList<>();
    if (chosen.size() < asked) {
      notes.add(
          String.format(
              Locale.ROOT,
              "%d images were to be looked at, and %s has %d",
              asked,
              all.name(),
              all.size()));
    }
    List<Integer> missing = new ArrayList<>();
    for (int c = 0; c < all.classes(); c++) {
      if (all.classCounts()[c] > 0 && chosen.classCounts()[c] == 0) {
        missing.add(c);
      }
    }
    if (!missing.isEmpty()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "a sample of %d images has none of %d of the %d classes, of class %d for one",
              chosen.size(),
              missing.size(),
              all.classes(),
              missing.get(0)));
    }
    return notes;
  }
}
