package org.espalier.pruning.reconstruction;

import java.util.Locale;
import java.util.stream.IntStream;
import org.espalier.framework.evidence.LayerReader;
import org.espalier.framework.evidence.Moments;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.UsageException;

/**
 * How the outputs that a layer should have follow from the patches that it reads, as sums of
 * products over rows. Where something can take up an intercept, both are counted from their means.
 */
final class LayerProblem {
  /** Of a column's square, what must vary for it to say anything; less is rounding. */
  private static final double VARIES = 1e-10;

  private final int[] channelAt;
  private final int outputs;
  private final boolean centred;
  private final double rows;
  private final double[] products;
  private final double[] cross;
  private final double[] inputSums;
  private final double[] outputSums;
  private final boolean[] varies;

  /**
   * Takes the moments' memory over.
   *
   * @param moments of patches and wanted outputs
   */
  LayerProblem(LayerReader layer, Moments moments) {
    channelAt = layer.channelAt();
    outputs = layer.outputCount();
    centred = layer.intercept().isPresent();
    rows = moments.rows();
    products = moments.inputProducts();
    cross = moments.crossProducts();
    inputSums = moments.inputSums();
    outputSums = moments.outputSums();
    checkFinite(layer, inputSums, outputSums, products, cross);
    varies = new boolean[channelAt.length];
    int n = channelAt.length;
    double[] squares = new double[n];
    for (int i = 0; i < n; i++) {
      squares[i] = products[i * n + i];
    }
    if (centred) {
      centre(products, inputSums, inputSums);
      centre(cross, inputSums, outputSums);
    }
    for (int i = 0; i < n; i++) {
      varies[i] = squares[i] > 0 && products[i * n + i] > VARIES * squares[i];
    }
  }

  /**
   * Nothing can be fitted to numbers that are none, and no search among them would end.
   *
   * @throws BadInputException if a sum is not finite
   */
  static void checkFinite(LayerReader layer, double[]... sums) {
    for (double[] all : sums) {
      for (double sum : all) {
        if (!Double.isFinite(sum)) {
          throw new BadInputException(
              "what '"
                  + layer.kernel()
                  + "' reads or makes of the sample is not finite; check the weights");
        }
      }
    }
  }

  /**
   * @param values that would be held at once
   * @throws UsageException if no array holds so many
   */
  static void checkFits(LayerReader layer, long values) {
    if (values > Integer.MAX_VALUE - 8) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "%d values at the places around '%s' do not fit into memory; give fewer images or"
                  + " positions",
              values,
              layer.kernel()));
    }
  }

  private void centre(double[] sums, double[] left, double[] right) {
    for (int i = 0; i < left.length; i++) {
      double mean = left[i] / rows;
      for (int j = 0; j < right.length; j++) {
        sums[i * right.length + j] -= mean * right[j];
      }
    }
  }

  /**
   * What the channels contribute together: the products of their contributions and those with the
   * wanted outputs, summed over rows and outputs. With contributions z = sum over k of x[c, k] w[o,
   * c, k], the sum of z[c] z[d] is that of G[(c, k), (d, l)] times the sum over o of w[o, c, k]
   * w[o, d, l]: nothing has to be computed for each row.
   *
   * @param products Q, [channels, channels]
   * @param cross q, [channels]; what channels of other groups contribute is taken off the outputs
   * @param energy the sum of the squares of the outputs that the group's channels make now
   */
  record Contributions(double[] products, double[] cross, double energy) {}

  /**
   * @param kernel [patch, outputs], as it is now
   * @param kernelProducts for each two values of a patch, the products of their weights summed over
   *     outputs
   */
  Contributions contributions(int channels, float[] kernel, double[] kernelProducts) {
    int n = channelAt.length;
    double[] q = new double[channels * channels];
    double[] r = new double[channels];
    double energy = 0;
    for (int i = 0; i < n; i++) {
      int c = channelAt[i];
      if (c < 0 || !varies[i]) { // from the mean it says nothing but rounding
        continue;
      }
      for (int j = 0; j < n; j++) {
        if (!varies[j]) {
          continue;
        }
        double part = products[i * n + j] * kernelProducts[i * n + j];
        if (channelAt[j] >= 0) {
          q[c * channels + channelAt[j]] += part;
          energy += part;
        } else {
          r[c] -= part;
        }
      }
      for (int o = 0; o < outputs; o++) {
        r[c] += kernel[i * outputs + o] * cross[i * outputs + o];
      }
    }
    return new Contributions(q, r, energy);
  }

  /**
   * A kernel that was fitted.
   *
   * @param kernel [patch, outputs]; values of channels that go are the old ones
   * @param intercept of each output; 0 where nothing can take it up
   * @param ridged see {@link LeastSquares.Solution}
   */
  record Fit(float[] kernel, double[] intercept, boolean ridged) {}

  /**
   * Fits the kernel by least squares. Values of patches that do not vary keep their weights.
   *
   * @param left for each value of a patch whether its channel is there after the cut; one that is
   *     gone may still give a constant here
   */
  Fit fit(boolean[] left, float[] old) {
    int[] read = IntStream.range(0, left.length).filter(i -> left[i]).toArray();
    int[] columns = IntStream.of(read).filter(i -> varies[i]).toArray();
    double[] nearTo = new double[old.length];
    for (int i = 0; i < old.length; i++) {
      nearTo[i] = old[i];
    }
    LeastSquares.Solution found = new LeastSquares(products, cross, nearTo).solve(columns);
    float[] kernel = old.clone();
    for (int i = 0; i < columns.length; i++) {
      for (int o = 0; o < outputs; o++) {
        kernel[columns[i] * outputs + o] = (float) found.coefficients()[i * outputs + o];
      }
    }
    return new Fit(kernel, intercept(read, kernel), found.ridged());
  }

  private double[] intercept(int[] read, float[] kernel) {
    double[] intercept = new double[outputs];
    for (int o = 0; centred && o < outputs; o++) {
      double sum = outputSums[o];
      for (int i : read) {
        sum -= inputSums[i] * kernel[i * outputs + o];
      }
      intercept[o] = sum / rows;
    }
    return intercept;
  }
}
