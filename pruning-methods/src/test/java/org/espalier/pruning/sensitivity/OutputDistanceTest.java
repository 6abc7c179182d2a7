package org.espalier.pruning.sensitivity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.espalier.framework.runs.SensitivityTable.Score;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.junit.jupiter.api.Test;

/** By hand. */
class OutputDistanceTest {
  private static ShapedArray array(Shape shape, float... values) {
    return new ShapedArray(shape, values);
  }

  private static OutputDistance of(Shape shape, float[] before, float[] after) {
    OutputDistance distance = new OutputDistance();
    distance.add(array(shape, before), array(shape, after));
    return distance;
  }

  private static Score score(OutputDistance distance) {
    return OutputDistance.worst(List.of(distance));
  }

  /** Rows [3, 4] and [0, 5] are 5 long; they move by 5 (3, 4 to 0, 0) and by 1 (5 to 6). */
  @Test
  void rowsMoveByAShareOfTheirLength() {
    Score score = score(of(Shape.of(2, 2), new float[] {3, 4, 0, 5}, new float[] {0, 0, 0, 6}));
    assertThat(score.distance()).isEqualTo(6.0 / 10);
    assertThat(score.agreement()).as("of equal numbers the first is the largest").isEqualTo(0.5);
    assertThat(score.value()).isEqualTo(0.5);
    assertThat(score.accuracy()).isNull();
  }

  @Test
  void batchesAddUp() {
    OutputDistance distance = of(Shape.of(1, 2), new float[] {3, 4}, new float[] {4, 3});
    distance.add(array(Shape.of(3, 2), 0, 5, 0, 5, 0, 5), array(Shape.of(3, 2), 0, 5, 0, 5, 0, 5));
    assertThat(score(distance).agreement()).isEqualTo(3.0 / 4);
    assertThat(score(distance).distance()).isEqualTo(Math.sqrt(2) / 20);
  }

  /** [images, places, classes]: of the last of three numbers. */
  @Test
  void aMapHasARowForEachPlace() {
    Score score =
        score(
            of(Shape.of(1, 2, 3), new float[] {0, 0, 1, 1, 0, 0}, new float[] {0, 0, 1, 0, 0, 1}));
    assertThat(score.agreement()).isEqualTo(0.5);
    assertThat(score.distance()).isEqualTo(Math.sqrt(2) / 2);
  }

  @Test
  void oneNumberHasADistanceAlone() {
    for (Shape shape : List.of(Shape.of(2, 1), Shape.of(2))) {
      Score score = score(of(shape, new float[] {-3, 1}, new float[] {-2, 1}));
      assertThat(score.agreement()).isNull();
      assertThat(score.distance()).isEqualTo(0.25);
      assertThat(score.value()).isEqualTo(0.75);
    }
    assertThat(score(of(Shape.of(1), new float[] {1}, new float[] {4})).value()).isZero();
  }

  @Test
  void whatIsNoNumberAgreesWithNothing() {
    Score score = score(of(Shape.of(1, 2), new float[] {1, 0}, new float[] {1, Float.NaN}));
    assertThat(score.agreement()).isZero();
    assertThat(score.distance()).isNull();
    Score infinite = score(of(Shape.of(1), new float[] {1}, new float[] {Float.POSITIVE_INFINITY}));
    assertThat(infinite.distance()).isNull();
    assertThat(infinite.value()).isZero();
  }

  @Test
  void allZeroIsFarFromAllElse() {
    assertThat(score(of(Shape.of(1), new float[] {0}, new float[] {0})).distance()).isZero();
    assertThat(score(of(Shape.of(1), new float[] {0}, new float[] {1})).distance()).isNull();
  }

  @Test
  void ofSeveralOutputsTheOneThatAgreesLeastCounts() {
    OutputDistance same = of(Shape.of(1, 2), new float[] {1, 0}, new float[] {1, 0});
    OutputDistance near = of(Shape.of(1, 2), new float[] {1, 0}, new float[] {2, 0});
    OutputDistance other = of(Shape.of(1, 2), new float[] {1, 0}, new float[] {0, 1});
    OutputDistance single = of(Shape.of(1, 1), new float[] {1}, new float[] {9});
    assertThat(OutputDistance.worst(List.of(same, other, near)).agreement()).isZero();
    assertThat(OutputDistance.worst(List.of(same, near)).distance()).isEqualTo(1);
    assertThat(OutputDistance.worst(List.of(near, same)).distance()).isEqualTo(1);
    assertThat(OutputDistance.worst(List.of(single, same)).agreement())
        .as("classes count before numbers")
        .isEqualTo(1);
  }
}
