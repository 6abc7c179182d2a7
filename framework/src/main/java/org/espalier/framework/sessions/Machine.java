package org.espalier.framework.sessions;

import java.util.Locale;

/**
 * How sessions use the hardware. The number of threads decides how an op splits its work, and so
 * the order of its sums: the same machine gives the same bits.
 *
 * @param threads within one op, at least 1
 */
public record Machine(int threads, Device device) {
  /**
   * Measured on two cores: LeNet-300-100 of twice its width (57 million) takes 0.6 of the time on
   * one thread; a ResNet-8 at a quarter of its width (50 million) as long on one as on two.
   */
  static final double SMALL_STEP = 60_000_000;

  /** Where ops are computed. */
  public enum Device {
    /** On a GPU if TensorFlow finds one, else on the processors. */
    AUTO,
    CPU,
    /** On a GPU; a session is refused where TensorFlow finds none. */
    GPU;

    /** As it is written in files. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Machine {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, found " + threads);
    }
  }

  /** All processors, and a GPU if there is one. */
  public static Machine all() {
    return threads(Runtime.getRuntime().availableProcessors());
  }

  /**
   * All processors and no GPU: for what is small and not part of a training, such as reading files
   * and computing with constants. It should neither take a GPU's memory nor round as one does.
   */
  public static Machine processors() {
    return new Machine(all().threads(), Device.CPU);
  }

  /** So many threads, and a GPU if there is one. */
  public static Machine threads(int count) {
    return new Machine(count, Device.AUTO);
  }

  /**
   * The same for steps of so many multiply-accumulates each (one forward pass of the batch). Small
   * steps get one thread: they are faster on it than on several that wait for each other, and what
   * comes out does not depend on how many were asked for. Where the sessions of a process have to
   * share their threads, nothing changes.
   */
  public Machine forSteps(double macs) {
    TensorFlowRuntime.load();
    return macs < SMALL_STEP && TensorFlowRuntime.ownThreads() ? new Machine(1, device) : this;
  }

  /** The device that sessions really use: the processors or a GPU. Starts TensorFlow. */
  public Device used() {
    return device == Device.CPU || !OpenGraph.hasGpu(this) ? Device.CPU : Device.GPU;
  }
}
