package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.espalier.graphs.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OnceTest {
  private final AtomicInteger made = new AtomicInteger();

  @Test
  void itIsMadeOnceWhoeverAsks() {
    Once<Integer> once = new Once<>(made::incrementAndGet);
    assertThat(made).hasValue(0);
    once.ahead();
    assertThat(once.get()).isEqualTo(1);
    once.ahead();
    assertThat(once.get()).isEqualTo(1);
  }

  @Test
  void aheadIsAnotherThreadThatAGetWaitsFor() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(1);
    Thread own = Thread.currentThread();
    Once<Boolean> once =
        new Once<>(
            () -> {
              begun.countDown();
              assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
              return Thread.currentThread() != own;
            });
    once.ahead();
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    asked.countDown();
    assertThat(once.get()).isTrue();
  }

  @Test
  void whatFailsAheadIsThrownToAllWhoAsk() {
    Once<Integer> once =
        new Once<>(
            () -> {
              made.incrementAndGet();
              throw new BadInputException("no library");
            });
    once.ahead();
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(once::get).isInstanceOf(BadInputException.class).hasMessage("no library");
    }
    assertThat(made).hasValue(1);
  }
}
