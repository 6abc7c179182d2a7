package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.espalier.graphs.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SideBySideTest {
  private final CountDownLatch first = new CountDownLatch(1);
  private final CountDownLatch second = new CountDownLatch(1);

  private static void meet(CountDownLatch own, CountDownLatch other) {
    own.countDown();
    try {
      assertThat(other.await(30, TimeUnit.SECONDS)).as("the other side runs too").isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void bothRunAtOnceAndKeepTheirPlaces() {
    Supplier<String> a =
        () -> {
          meet(first, second);
          return "a";
        };
    Supplier<String> b =
        () -> {
          meet(second, first);
          return "b";
        };
    String joined = SideBySide.of(a, b, (x, y) -> x + y);
    assertThat(joined).isEqualTo("ab");
  }

  @Test
  void theFailureOfTheSecondIsToldAsItWasThrown() {
    BadInputException thrown = new BadInputException("second");
    assertThatThrownBy(() -> SideBySide.of(() -> 1, () -> fails(thrown), (x, y) -> x))
        .isSameAs(thrown);
    Error error = new StackOverflowError();
    assertThatThrownBy(() -> SideBySide.of(() -> 1, () -> failsBadly(error), (x, y) -> x))
        .isSameAs(error);
  }

  /** What the other side holds is not closed under it. */
  @Test
  void theFailureOfTheFirstWaitsForTheSecond() {
    AtomicBoolean ended = new AtomicBoolean();
    BadInputException thrown = new BadInputException("first");
    Supplier<Integer> slow =
        () -> {
          meet(second, first);
          try {
            Thread.sleep(50);
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          ended.set(true);
          return fails(new BadInputException("second"));
        };
    Supplier<Integer> failing =
        () -> {
          meet(first, second);
          return fails(thrown);
        };
    assertThatThrownBy(() -> SideBySide.of(failing, slow, Integer::sum)).isSameAs(thrown);
    assertThat(ended).isTrue();
  }

  private static <T> T fails(RuntimeException thrown) {
    throw thrown;
  }

  private static <T> T failsBadly(Error thrown) {
    throw thrown;
  }
}
