package org.espalier.graphs;

import java.util.Arrays;

/** What a parameter is for. The label is what {@code inspect} prints and what graphs carry. */
public enum ParameterKind {
  /** [height, width, in, out]. */
  CONV_KERNEL("conv-kernel", true),
  /** [height, width, in, multiplier]. */
  DEPTHWISE_KERNEL("depthwise-kernel", true),
  /** [in, out]. */
  DENSE_KERNEL("dense-kernel", true),
  BIAS("bias", true),
  BN_SCALE("bn-scale", true),
  BN_OFFSET("bn-offset", true),
  /** Moving mean: changed by training, but not by the optimiser. */
  BN_MEAN("bn-mean", false),
  /** Moving variance: changed by training, but not by the optimiser. */
  BN_VARIANCE("bn-variance", false),
  BRANCH_SCALE("branch-scale", true),
  SELECTION("selection", false),
  /** 0/1 per weight of another parameter. Data, not a parameter of the model: never counted. */
  MASK("mask", false),
  /** A number that the graph fixes for each channel: it goes along, and nothing changes it. */
  CONSTANT("constant", false),
  OTHER("other", true);

  private final String label;
  private final boolean trained;

  ParameterKind(String label, boolean trained) {
    this.label = label;
    this.trained = trained;
  }

  public String label() {
    return label;
  }

  /** Whether the optimiser changes it. */
  public boolean isTrained() {
    return trained;
  }

  /** The field does not count moving statistics, masks and constants as parameters. */
  public boolean isCounted() {
    return !isStatistic() && this != MASK && this != CONSTANT;
  }

  /** Moving statistics; Keras counts them beside the parameters that are trained. */
  public boolean isStatistic() {
    return this == BN_MEAN || this == BN_VARIANCE;
  }

  public boolean isKernel() {
    return this == CONV_KERNEL || this == DEPTHWISE_KERNEL || this == DENSE_KERNEL;
  }

  public static ParameterKind of(String label) {
    return Arrays.stream(values())
        .filter(k -> k.label.equals(label))
        .findFirst()
        .orElseThrow(() -> new BadInputException("unknown parameter kind '" + label + "'"));
  }
}
