package org.espalier.framework.runs;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.espalier.framework.training.Measurement;
import org.espalier.framework.training.Watcher;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

/**
 * A TensorBoard event file, one for each time that a training is started or taken up again: records
 * of length, checksum, protocol buffer, checksum.
 */
public final class EventFile implements Watcher, AutoCloseable {
  private static final int CRC_DELTA = 0xa282ead8;

  private final OutputStream out;

  public EventFile(Path folder) {
    long now = System.currentTimeMillis();
    Path file = folder.resolve("events.out.tfevents." + now / 1000 + ".espalier");
    try {
      out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      write(Event.newBuilder().setWallTime(now / 1000.0).setFileVersion("brain.Event:2").build());
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  @Override
  public void measured(Measurement m) {
    Summary.Builder summary = Summary.newBuilder();
    scalar(summary, "train/loss", m.trainLoss());
    scalar(summary, "train/accuracy", m.trainAccuracy());
    if (m.isTested()) {
      scalar(summary, "test/loss", m.testLoss());
      scalar(summary, "test/accuracy", m.testAccuracy());
    }
    scalar(summary, "learning_rate", m.learningRate());
    scalar(summary, "images_per_second", m.imagesPerSecond());
    try {
      write(
          Event.newBuilder()
              .setWallTime(System.currentTimeMillis() / 1000.0)
              .setStep(m.step())
              .setSummary(summary)
              .build());
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("event file: " + e.getMessage(), e);
    }
  }

  private static void scalar(Summary.Builder summary, String tag, double value) {
    summary.addValue(Summary.Value.newBuilder().setTag(tag).setSimpleValue((float) value));
  }

  private void write(Event event) throws IOException {
    byte[] data = event.toByteArray();
    byte[] length =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(data.length).array();
    out.write(length);
    out.write(maskedCrc(length));
    out.write(data);
    out.write(maskedCrc(data));
  }

  private static byte[] maskedCrc(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    int value = (int) crc.getValue();
    int masked = ((value >>> 15) | (value << 17)) + CRC_DELTA;
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(masked).array();
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException("event file: " + e.getMessage(), e);
    }
  }
}
