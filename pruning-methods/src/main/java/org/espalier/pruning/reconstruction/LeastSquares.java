package org.espalier.pruning.reconstruction;

import org.ejml.data.DMatrix;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Least squares by the normal equations {@code X'X b = X'y}, for several y at once. Columns are
 * scaled to length one, so that no unit of measurement decides what counts as singular.
 */
final class LeastSquares {
  /**
   * Of a column's square, the share that the columns before it leave over; with less, rounding of
   * the float32 that were summed decides, and the problem counts as singular.
   */
  static final double SINGULAR = 1e-9;

  /** What is then added to the squares of the scaled columns, which are one. */
  static final double RIDGE = 1e-7;

  /**
   * What was found.
   *
   * @param coefficients [columns, outputs]
   * @param ridged whether the problem was singular: fewer rows than columns, or columns that are
   *     sums of others. Then, of all that fit nearly as well, the coefficients nearest to the old
   *     ones were taken
   */
  record Solution(double[] coefficients, boolean ridged) {}

  private final double[] products;
  private final double[] cross;
  private final int all;
  private final int outputs;
  private final double[] old;

  /**
   * @param products X'X, [all, all]
   * @param cross X'Y, [all, outputs]
   * @param old coefficients that a singular problem stays near to, [all, outputs]
   */
  LeastSquares(double[] products, double[] cross, double[] old) {
    this.products = products;
    this.cross = cross;
    this.old = old;
    all = (int) Math.round(Math.sqrt(products.length));
    outputs = cross.length / all;
  }

  /**
   * Solves for some of the columns, all of which must be of positive length; the others are left
   * out.
   */
  Solution solve(int[] columns) {
    if (columns.length == 0) {
      return new Solution(new double[0], false);
    }
    double[] scale = new double[columns.length];
    for (int i = 0; i < scale.length; i++) {
      scale[i] = 1 / Math.sqrt(products[columns[i] * all + columns[i]]);
    }
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.symmPosDef(columns.length);
    boolean ridged = !solver.setA(scaled(columns, scale, 0)) || isSingular(solver);
    if (ridged && !solver.setA(scaled(columns, scale, RIDGE))) {
      throw new IllegalStateException("sums of products are not finite");
    }
    DMatrixRMaj right = right(columns, scale, ridged ? RIDGE : 0);
    DMatrixRMaj solution = new DMatrixRMaj(columns.length, outputs);
    solver.solve(right, solution);
    for (int i = 0; i < columns.length; i++) {
      for (int o = 0; o < outputs; o++) {
        solution.data[i * outputs + o] *= scale[i];
      }
    }
    return new Solution(solution.data, ridged);
  }

  private DMatrixRMaj scaled(int[] columns, double[] scale, double ridge) {
    int n = columns.length;
    DMatrixRMaj a = new DMatrixRMaj(n, n);
    for (int i = 0; i < n; i++) {
      int row = columns[i] * all;
      for (int j = 0; j < n; j++) {
        a.data[i * n + j] = products[row + columns[j]] * scale[i] * scale[j];
      }
      a.data[i * n + i] = 1 + ridge;
    }
    return a;
  }

  private DMatrixRMaj right(int[] columns, double[] scale, double ridge) {
    DMatrixRMaj right = new DMatrixRMaj(columns.length, outputs);
    for (int i = 0; i < columns.length; i++) {
      for (int o = 0; o < outputs; o++) {
        int at = columns[i] * outputs + o;
        right.data[i * outputs + o] = cross[at] * scale[i] + ridge * old[at] / scale[i];
      }
    }
    return right;
  }

  /** The squares of the factor's diagonal are what the columns before each one leave over. */
  private static boolean isSingular(LinearSolverDense<DMatrixRMaj> solver) {
    // Of a kind of matrix of its own where the problem is large.
    CholeskyDecomposition_F64<? extends DMatrix> factors = solver.getDecomposition();
    DMatrix lower = factors.getT(null);
    for (int i = 0; i < lower.getNumRows(); i++) {
      double left = lower.get(i, i);
      if (!(left * left >= SINGULAR)) {
        return true;
      }
    }
    return false;
  }
}
