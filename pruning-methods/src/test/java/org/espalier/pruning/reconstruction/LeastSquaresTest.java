package org.espalier.pruning.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;
import org.espalier.graphs.RandomStream;
import org.junit.jupiter.api.Test;

/** The normal equations give what an orthogonal factorisation of the rows gives. */
class LeastSquaresTest {
  static DMatrixRMaj random(int rows, int columns, long seed) {
    RandomStream random = RandomStream.root(seed);
    DMatrixRMaj matrix = new DMatrixRMaj(rows, columns);
    for (int i = 0; i < matrix.data.length; i++) {
      matrix.data[i] = random.nextGaussian();
    }
    return matrix;
  }

  /** A'B. */
  static double[] products(DMatrixRMaj a, DMatrixRMaj b) {
    DMatrixRMaj product = new DMatrixRMaj(a.numCols, b.numCols);
    CommonOps_DDRM.multTransA(a, b, product);
    return product.data;
  }

  static DMatrixRMaj columns(DMatrixRMaj of, int... wanted) {
    DMatrixRMaj part = new DMatrixRMaj(of.numRows, wanted.length);
    for (int r = 0; r < of.numRows; r++) {
      for (int c = 0; c < wanted.length; c++) {
        part.set(r, c, of.get(r, wanted[c]));
      }
    }
    return part;
  }

  /** Coefficients by QR. */
  static double[] qr(DMatrixRMaj x, DMatrixRMaj y) {
    LinearSolverDense<DMatrixRMaj> solver =
        LinearSolverFactory_DDRM.leastSquares(x.numRows, x.numCols);
    assertThat(solver.setA(x.copy())).isTrue();
    DMatrixRMaj found = new DMatrixRMaj(x.numCols, y.numCols);
    solver.solve(y.copy(), found);
    return found.data;
  }

  private static LeastSquares.Solution solve(
      DMatrixRMaj x, DMatrixRMaj y, double[] old, int... columns) {
    return new LeastSquares(products(x, x), products(x, y), old).solve(columns);
  }

  @Test
  void equalsAnOrthogonalFactorisation() {
    DMatrixRMaj x = random(200, 12, 1);
    for (int r = 0; r < 200; r++) {
      x.data[r * 12 + 3] *= 1e4; // in another unit
    }
    DMatrixRMaj y = random(200, 3, 2);
    int[] all = IntStream.range(0, 12).toArray();
    LeastSquares.Solution found = solve(x, y, new double[36], all);
    assertThat(found.ridged()).isFalse();
    assertThat(found.coefficients()).containsExactly(qr(x, y), within(1e-9));
    int[] some = {1, 3, 4, 11};
    assertThat(solve(x, y, new double[36], some).coefficients())
        .containsExactly(qr(columns(x, some), y), within(1e-9));
    assertThat(solve(x, y, new double[36]).coefficients()).isEmpty();
  }

  /** As in blocked factorisations, which large problems get. */
  @Test
  void alsoOfManyColumns() {
    DMatrixRMaj x = random(1500, 1100, 3);
    DMatrixRMaj wanted = random(1100, 2, 4);
    DMatrixRMaj y = new DMatrixRMaj(1500, 2);
    CommonOps_DDRM.mult(x, wanted, y);
    LeastSquares.Solution found = solve(x, y, new double[2200], IntStream.range(0, 1100).toArray());
    assertThat(found.ridged()).isFalse();
    assertThat(found.coefficients()).containsExactly(wanted.data, within(1e-8));
  }

  /** Of the second column's square, the first leaves over a billionth or less. */
  @Test
  void whatFloat32CannotTellApartIsSingular() {
    assertThat(leaving(1.2e-9).ridged()).isFalse();
    assertThat(leaving(0.8e-9).ridged()).isTrue();
  }

  private static LeastSquares.Solution leaving(double share) {
    double common = Math.sqrt(1 - share);
    return new LeastSquares(
            new double[] {1, common, common, 1}, new double[] {1, 1}, new double[] {1, 0})
        .solve(new int[] {0, 1});
  }

  /** Fewer rows than columns: all rows are met, by the coefficients nearest to the old ones. */
  @Test
  void whatRowsDoNotDetermineStaysNearTheOld() {
    DMatrixRMaj x = random(6, 10, 5);
    for (int c = 0; c < 10; c++) {
      double length = 0;
      for (int r = 0; r < 6; r++) {
        length += x.get(r, c) * x.get(r, c);
      }
      for (int r = 0; r < 6; r++) {
        x.set(r, c, x.get(r, c) / Math.sqrt(length));
      }
    }
    DMatrixRMaj y = random(6, 2, 6);
    DMatrixRMaj old = random(10, 2, 7);
    LeastSquares.Solution found = solve(x, y, old.data, IntStream.range(0, 10).toArray());
    assertThat(found.ridged()).isTrue();
    // old + pinv(X) (y - X old)
    DMatrixRMaj left = y.copy();
    CommonOps_DDRM.multAdd(-1, x, old, left);
    DMatrixRMaj inverse = new DMatrixRMaj(10, 6);
    CommonOps_DDRM.pinv(x, inverse);
    DMatrixRMaj nearest = old.copy();
    CommonOps_DDRM.multAdd(inverse, left, nearest);
    assertThat(found.coefficients()).containsExactly(nearest.data, within(1e-4));
    DMatrixRMaj met = new DMatrixRMaj(6, 2);
    CommonOps_DDRM.mult(x, DMatrixRMaj.wrap(10, 2, found.coefficients()), met);
    assertThat(met.data).containsExactly(y.data, within(1e-4));
  }

  @Test
  void aCopySharesWithTheColumnThatItIsACopyOf() {
    DMatrixRMaj x = random(50, 3, 8);
    for (int r = 0; r < 50; r++) {
      x.set(r, 2, x.get(r, 0));
    }
    DMatrixRMaj y = columns(x, 0);
    LeastSquares.Solution found = solve(x, y, new double[] {0.7, 0, 0.3}, 0, 1, 2);
    assertThat(found.ridged()).isTrue();
    assertThat(found.coefficients()).containsExactly(new double[] {0.7, 0, 0.3}, within(1e-6));
    assertThat(solve(x, y, new double[3], 0, 1).ridged()).isFalse();
    for (int r = 0; r < 50; r++) {
      x.add(r, 2, r % 2 == 0 ? 1e-3 : -1e-3); // nearly one, and told apart by float32
    }
    assertThat(solve(x, y, new double[3], 0, 1, 2).ridged()).isFalse();
  }
}
