package org.espalier.graphs.ops.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReshapeBlockTest {
  /** Sizes by spaces; B is the number of images, {@code 36B} so many for each, ? is unknown. */
  private static Shape shape(String text) {
    List<Integer> dims = new ArrayList<>();
    for (String size : text.split(" ")) {
      if (size.endsWith("B")) {
        String times = size.substring(0, size.length() - 1);
        dims.add(Shape.batches(times.isEmpty() ? 1 : Integer.parseInt(times)));
      } else {
        dims.add(size.equals("?") ? Shape.UNKNOWN : Integer.parseInt(size));
      }
    }
    return new Shape(dims);
  }

  private static String text(ReshapeBlock b) {
    return String.format(Locale.ROOT, "%d-%d=%d-%d", b.inFrom(), b.inTo(), b.outFrom(), b.outTo());
  }

  @ParameterizedTest
  @CsvSource({
    // flattened, and back
    "B 6 6 8, B 288, 0-1=0-1 1-4=1-2",
    "B 288, B 6 6 8, 0-1=0-1 1-2=1-4",
    // gates
    "B 8, B 1 1 8, 0-1=0-1 1-2=1-4",
    "B 1 1 8, B 8, 0-1=0-1 1-4=1-2",
    // a shuffle
    "B 6 6 8, B 6 6 2 4, 0-1=0-1 1-2=1-2 2-3=2-3 3-4=3-5",
    "B 6 6 4 2, B 6 6 8, 0-1=0-1 1-2=1-2 2-3=2-3 3-5=3-4",
    // rows of pixels, of a size that is not known
    "B ? ? 8, B ? 8, 0-1=0-1 1-3=1-2 3-4=2-3",
    "? ? ? 8, ? 8, 0-3=0-1 3-4=1-2",
    // images and pixels merged
    "B 6 6 8, 36B 8, 0-3=0-1 3-4=1-2",
    "36B 8, B 6 6 8, 0-1=0-3 1-2=3-4",
    "36B 8, 36B 2 4, 0-1=0-1 1-2=1-3",
    // sizes that only fit all together
    "4 6, 6 4, 0-2=0-2",
    "B 4 6 5, B 6 4 5, 0-1=0-1 1-3=1-3 3-4=3-4",
    "2 3 4, 2 12, 0-1=0-1 1-3=1-2",
    // ones at the edges
    "8, 8 1, 0-1=0-1 1-1=1-2",
    "8 1, 8, 0-1=0-1 1-2=1-1",
    "1 8, 8, 0-2=0-1"
  })
  void pairsWhatHoldsTheSame(String in, String out, String blocks) {
    assertThat(
            ReshapeBlock.of(shape(in), shape(out)).stream()
                .map(ReshapeBlockTest::text)
                .collect(Collectors.joining(" ")))
        .isEqualTo(blocks);
  }

  @ParameterizedTest
  @CsvSource({
    "B 6 6 8, B 288, false true",
    "B ? ? 8, B ? 8, false false true",
    "B 6 6 8, 36B 8, false true"
  })
  void tellsWhichAreKnown(String in, String out, String known) {
    assertThat(
            ReshapeBlock.of(shape(in), shape(out)).stream()
                .map(b -> "" + b.isKnown(shape(in), shape(out)))
                .collect(Collectors.joining(" ")))
        .isEqualTo(known);
  }

  /** The blocks lie side by side over both shapes, and hold equally many elements. */
  @Test
  void coversBothShapes() {
    RandomStream random = RandomStream.root(17);
    for (int trial = 0; trial < 2000; trial++) {
      int[] primes = new int[1 + random.nextInt(6)];
      for (int i = 0; i < primes.length; i++) {
        primes[i] = new int[] {1, 2, 2, 3, 5}[random.nextInt(5)];
      }
      Shape in = merged(primes, random);
      Shape out = merged(primes, random);
      int i = 0;
      int o = 0;
      for (ReshapeBlock b : ReshapeBlock.of(in, out)) {
        assertThat(b.inFrom()).isEqualTo(i);
        assertThat(b.outFrom()).isEqualTo(o);
        assertThat(b.isKnown(in, out)).as("%s %s %s", in, out, b).isTrue();
        i = b.inTo();
        o = b.outTo();
      }
      assertThat(i).isEqualTo(in.rank());
      assertThat(o).isEqualTo(out.rank());
    }
  }

  /** Factors, some of them multiplied with the next. */
  private static Shape merged(int[] factors, RandomStream random) {
    List<Integer> dims = new ArrayList<>();
    int size = 1;
    for (int f : factors) {
      size *= f;
      if (random.nextInt(2) == 0) {
        dims.add(size);
        size = 1;
      }
    }
    dims.add(size);
    return new Shape(dims);
  }
}
