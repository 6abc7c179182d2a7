package org.espalier.framework.data;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.espalier.graphs.UsageException;

/**
 * One pass over an image set in batches, made ahead on a background thread. What comes out depends
 * on the arguments only, never on timing. The last batch is shorter if the set does not divide.
 *
 * <p>Ask from one thread; {@link #close()} may come from any.
 */
public final class Batches implements Iterator<Batch>, AutoCloseable {
  /** One with the consumer, one being filled, two waiting. */
  private static final int BUFFERS = 4;

  private static final long CLOSE_MILLIS = 1000;

  private final int count;
  private final int batchSize;
  private final int lastSize;
  private final int imageBytes;
  private final Filler filler;
  private final BlockingQueue<Batch> free = new ArrayBlockingQueue<>(BUFFERS);
  // Room for every buffer and for both threads' end marks, so that nothing ever waits to put.
  private final BlockingQueue<Batch> ready = new ArrayBlockingQueue<>(BUFFERS + 3);
  private final Batch end = new Batch(0, 1);
  private final Thread producer;
  private volatile Throwable failure;
  private volatile boolean closed;
  private Batch current;
  private int delivered;

  /** Fills the batch that starts at image number {@code start} of the pass. */
  public interface Filler {
    void fill(int start, Batch batch) throws Exception;
  }

  /**
   * Starts making batches.
   *
   * @param images how many the pass has
   * @param imageBytes of one image
   */
  public Batches(int images, int imageBytes, int batchSize, Filler filler) {
    if (batchSize < 1) {
      throw new UsageException("expected a batch size of 1 or more, found " + batchSize);
    }
    this.batchSize = Math.max(1, Math.min(batchSize, images));
    this.count = (images + this.batchSize - 1) / this.batchSize;
    this.lastSize = images - (count - 1) * this.batchSize;
    this.imageBytes = imageBytes;
    this.filler = filler;
    for (int i = 0; i < Math.min(BUFFERS, count); i++) {
      free.add(new Batch(this.batchSize, imageBytes));
    }
    producer = new Thread(this::produce, "espalier-batches");
    producer.setDaemon(true);
    producer.start();
  }

  /** Batches of the whole pass. */
  public int count() {
    return count;
  }

  @Override
  public boolean hasNext() {
    return delivered < count && !closed;
  }

  /**
   * The next batch; waits until it is made. The one before it is no longer valid.
   *
   * @throws IllegalStateException if making a batch failed (with the cause), or if the pass is
   *     closed while waiting
   */
  @Override
  public Batch next() {
    if (!hasNext()) {
      throw new NoSuchElementException(closed ? "the batches are closed" : "no more batches");
    }
    if (current != null) {
      free.add(current);
      current = null;
    }
    Batch batch = take();
    if (batch == end) {
      ready.add(end);
      throw failure == null
          ? new IllegalStateException("the batches are closed")
          : new IllegalStateException("making batch " + delivered + " failed", failure);
    }
    current = batch;
    delivered++;
    return batch;
  }

  /** Stops the background thread. A batch in hand stays readable. Closing twice is harmless. */
  @Override
  public void close() {
    closed = true;
    producer.interrupt();
    ready.offer(end);
    try {
      producer.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Batches come at once, so an interrupt can wait for whoever asks between two of them. */
  private Batch take() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return ready.take();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void produce() {
    try {
      for (int b = 0; b < count && !closed; b++) {
        Batch batch = free.take();
        if (b == count - 1 && lastSize < batchSize) {
          batch = new Batch(lastSize, imageBytes);
        }
        filler.fill(b * batchSize, batch);
        ready.add(batch);
      }
    } catch (InterruptedException e) {
      // Only close() interrupts this thread, and it needs no answer.
    } catch (Throwable e) {
      failure = e;
      ready.offer(end);
    }
  }
}
