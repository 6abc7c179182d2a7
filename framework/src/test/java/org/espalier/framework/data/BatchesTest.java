package org.espalier.framework.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class BatchesTest {
  /** The numbers of the images of an epoch in order of appearance; checks labels on the way. */
  private static List<Integer> numbers(Batches batches, ImageSet set) {
    List<Integer> numbers = new ArrayList<>();
    try (batches) {
      while (batches.hasNext()) {
        Batch batch = batches.next();
        ByteBuffer images = ByteBuffer.wrap(batch.images());
        assertThat(batch.images()).hasSize(batch.size() * 4);
        for (int i = 0; i < batch.size(); i++) {
          int number = images.getInt(4 * i);
          assertThat(batch.labels()[i]).isEqualTo(set.labels()[number]);
          numbers.add(number);
        }
      }
    }
    return numbers;
  }

  private static byte[] bytes(Batches batches, int pauseMillis) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (batches) {
      while (batches.hasNext()) {
        Batch batch = batches.next();
        Thread.sleep(pauseMillis);
        all.write(batch.images());
        for (int label : batch.labels()) {
          all.write(label);
        }
      }
    }
    return all.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 16, 100, 1000})
  void everyImageComesOnceAnEpochWithItsLabel(int batchSize) {
    ImageSet set = TestSets.numbered(100);
    assertThat(numbers(set.training(Augmentation.NONE, batchSize, 1, 0, 0), set))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 100).boxed().toList())
        .isNotEqualTo(IntStream.range(0, 100).boxed().toList());
    assertThat(numbers(set.inOrder(batchSize), set))
        .isEqualTo(IntStream.range(0, 100).boxed().toList());
  }

  @Test
  void theShortLastBatchIsKept() {
    List<Integer> sizes = new ArrayList<>();
    try (Batches batches = TestSets.numbered(50).inOrder(16)) {
      assertThat(batches.count()).isEqualTo(4);
      batches.forEachRemaining(batch -> sizes.add(batch.size()));
      assertThatThrownBy(batches::next)
          .isInstanceOf(NoSuchElementException.class)
          .hasMessage("no more batches");
    }
    assertThat(sizes).containsExactly(16, 16, 16, 2);
  }

  @Test
  void anEmptySetHasNoBatches() {
    try (Batches batches = TestSets.numbered(0).inOrder(4)) {
      assertThat(batches.count()).isZero();
      assertThat(batches.hasNext()).isFalse();
    }
  }

  @Test
  void theStreamsAreNamedShuffleAndAugmentWithTheEpoch() throws Exception {
    ImageSet set = TestSets.random(20, 6, 5, 3, 4);
    int[] order = RandomStream.of(11, "shuffle", "2").permutation(20);
    RandomStream random = RandomStream.of(11, "augment", "2");
    Augmenter augmenter = new Augmenter(set, Augmentation.STANDARD);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    byte[] image = new byte[set.imageBytes()];
    for (int start = 0; start < 20; start += 8) {
      int end = Math.min(20, start + 8);
      for (int i = start; i < end; i++) {
        augmenter.write(order[i], random, image, 0);
        expected.write(image);
      }
      for (int i = start; i < end; i++) {
        expected.write(set.labels()[order[i]]);
      }
    }
    assertThat(bytes(set.training(Augmentation.STANDARD, 8, 11, 2, 0), 0))
        .isEqualTo(expected.toByteArray());
  }

  /** A training that goes on in the middle of an epoch sees what it would have seen. */
  @Test
  void theRestOfAnEpochIsTheEndOfTheWholeOne() throws Exception {
    ImageSet set = TestSets.random(20, 6, 5, 3, 4);
    for (Augmentation augmentation :
        List.of(Augmentation.STANDARD, new Augmentation(2, false), new Augmentation(0, true))) {
      byte[] whole = bytes(set.training(augmentation, 1, 11, 2, 0), 0);
      for (int from : new int[] {1, 8, 19, 20}) {
        byte[] rest = bytes(set.training(augmentation, 1, 11, 2, from), 0);
        int image = set.imageBytes() + 1; // with its label
        assertThat(rest).isEqualTo(Arrays.copyOfRange(whole, from * image, 20 * image));
      }
    }
  }

  @Test
  void timingChangesNothing() throws Exception {
    ImageSet set = TestSets.random(200, 8, 8, 3, 10);
    byte[] fast = bytes(set.training(Augmentation.STANDARD, 16, 1, 5, 0), 0);
    byte[] slow = bytes(set.training(Augmentation.STANDARD, 16, 1, 5, 0), 5);
    assertThat(slow).isEqualTo(fast);
  }

  @Test
  void seedAndEpochChangeTheOrder() {
    ImageSet set = TestSets.numbered(100);
    List<Integer> first = numbers(set.training(Augmentation.NONE, 10, 1, 0, 0), set);
    assertThat(numbers(set.training(Augmentation.NONE, 10, 1, 0, 0), set)).isEqualTo(first);
    assertThat(numbers(set.training(Augmentation.NONE, 10, 1, 1, 0), set)).isNotEqualTo(first);
    assertThat(numbers(set.training(Augmentation.NONE, 10, 2, 0, 0), set)).isNotEqualTo(first);
  }

  @Test
  void aBatchStaysWholeUntilTheNextIsAskedFor() throws Exception {
    ImageSet set = TestSets.random(64, 4, 4, 1, 2);
    try (Batches batches = set.inOrder(2)) {
      for (int b = 0; batches.hasNext(); b++) {
        Batch batch = batches.next();
        Thread.sleep(2); // Time for the producer to fill every buffer that it may have.
        assertThat(batch.images())
            .isEqualTo(Arrays.copyOfRange(set.pixels(), b * 32, (b + 1) * 32));
      }
    }
  }

  @Test
  void buffersAreUsedAgain() {
    List<byte[]> seen = new ArrayList<>();
    try (Batches batches = TestSets.numbered(400).inOrder(4)) {
      batches.forEachRemaining(
          batch -> {
            if (seen.stream().noneMatch(s -> s == batch.images())) {
              seen.add(batch.images());
            }
          });
    }
    assertThat(seen).hasSizeLessThanOrEqualTo(4);
  }

  @Test
  void aFailureOfTheProducerReachesTheConsumer() {
    try (Batches batches =
        new Batches(
            10,
            1,
            1,
            (start, batch) -> {
              if (start == 6) {
                throw new IllegalArgumentException("no image 6");
              }
            })) {
      for (int i = 0; i < 6; i++) {
        batches.next();
      }
      for (int again = 0; again < 2; again++) {
        assertThatThrownBy(batches::next)
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("making batch 6 failed")
            .hasRootCauseMessage("no image 6");
      }
    }
  }

  @Test
  void closingEarlyEndsTheThreadWhateverItDoes() throws Exception {
    for (int taken = 0; taken < 6; taken++) {
      CountDownLatch ran = new CountDownLatch(1);
      Thread[] producer = new Thread[1];
      Batches batches =
          new Batches(
              100,
              1,
              1,
              (start, batch) -> {
                producer[0] = Thread.currentThread();
                ran.countDown();
              });
      ran.await();
      for (int i = 0; i < taken; i++) {
        batches.next();
      }
      batches.close();
      batches.close();
      producer[0].join(5_000);
      assertThat(producer[0].isAlive()).isFalse();
      assertThat(producer[0].isDaemon()).isTrue();
      assertThat(batches.hasNext()).isFalse();
      assertThatThrownBy(batches::next)
          .isInstanceOf(NoSuchElementException.class)
          .hasMessage("the batches are closed");
    }
  }

  @Test
  void closingWakesAConsumerThatWaits() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Batches batches = new Batches(10, 1, 1, (start, batch) -> never.await());
    CompletableFuture<Batch> waiting = CompletableFuture.supplyAsync(batches::next);
    Thread.sleep(50);
    batches.close();
    assertThatThrownBy(() -> waiting.get(5, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage("the batches are closed");
  }

  @Test
  void anInterruptedConsumerGetsItsBatchAndStaysInterrupted() {
    try (Batches batches = new Batches(10, 1, 1, (start, batch) -> Thread.sleep(20))) {
      Thread.currentThread().interrupt();
      assertThat(batches.next().size()).isEqualTo(1);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aBatchSizeBelowOneIsRefused() {
    assertThatThrownBy(() -> TestSets.numbered(4).inOrder(0))
        .isInstanceOf(UsageException.class)
        .hasMessage("expected a batch size of 1 or more, found 0");
  }
}
