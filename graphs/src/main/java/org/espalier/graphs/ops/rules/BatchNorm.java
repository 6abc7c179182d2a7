package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;
import org.espalier.graphs.ops.Work;

/** FusedBatchNorm V1 to V3: inputs are the image, scale, offset, mean and variance. */
final class BatchNorm implements OpRule {
  @Inject
  BatchNorm() {}

  @Override
  public Set<String> ops() {
    return Set.of("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3");
  }

  @Override
  public boolean applies(Op op) {
    return op.isImages();
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    Shape in = op.shape(0, op.imageRank());
    int channels = in.dim(op.channelAxis());
    for (int i = 1; i <= 4; i++) {
      int found = op.shape(i, 1).dim(0);
      // Training mode may be given empty statistics.
      if (!Shape.isOpen(channels)
          && !Shape.isOpen(found)
          && found != channels
          && !(i > 2 && found == 0)) {
        throw op.bad("has " + found + " values at input " + i + " for " + channels + " channels");
      }
    }
    int known = Shape.isOpen(channels) ? op.shape(1, 1).dim(0) : channels;
    TensorFacts perChannel = TensorFacts.of(Shape.of(known));
    List<TensorFacts> out = new ArrayList<>(Collections.nCopies(6, perChannel));
    out.set(0, TensorFacts.of(in.with(op.channelAxis(), known)));
    return out;
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    int[] channels = links.in(0).get(op.channelAxis());
    links.keepWholeBut(links.in(0), op.channelAxis());
    for (int i = 1; i <= 4; i++) {
      int[] labels = links.in(i).get(0);
      if (labels == null || labels.length > 0) {
        links.tie(channels, labels);
      }
    }
    List<Axes> out = new ArrayList<>(Collections.nCopies(6, Axes.of(channels)));
    out.set(0, links.in(0));
    return out;
  }

  @Override
  public Work work(Op op) {
    return new Work(0, Math.multiplyExact(2, op.shape(0, op.imageRank()).elements()));
  }
}
