package org.espalier.savedmodels;

import java.util.Optional;
import org.espalier.graphs.ParameterKind;

/** What PyTorch and Espalier both know; layers of one type are matched with each other. */
enum LayerType {
  CONVOLUTION,
  DENSE,
  BATCH_NORM;

  /** The type of the layer that has such a parameter; a bias says nothing. */
  static Optional<LayerType> of(ParameterKind kind) {
    return switch (kind) {
      case CONV_KERNEL, DEPTHWISE_KERNEL -> Optional.of(CONVOLUTION);
      case DENSE_KERNEL -> Optional.of(DENSE);
      case BN_SCALE, BN_OFFSET, BN_MEAN, BN_VARIANCE -> Optional.of(BATCH_NORM);
      default -> Optional.empty();
    };
  }

  /** What PyTorch calls such a parameter, or nothing if it has no such thing. */
  static Optional<String> torchName(ParameterKind kind) {
    return switch (kind) {
      case CONV_KERNEL, DEPTHWISE_KERNEL, DENSE_KERNEL, BN_SCALE -> Optional.of(TorchModule.WEIGHT);
      case BIAS, BN_OFFSET -> Optional.of(TorchModule.BIAS);
      case BN_MEAN -> Optional.of(TorchModule.MEAN);
      case BN_VARIANCE -> Optional.of(TorchModule.VARIANCE);
      default -> Optional.empty();
    };
  }
}
