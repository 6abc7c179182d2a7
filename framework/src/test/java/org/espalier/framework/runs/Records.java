package org.espalier.framework.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.tensorflow.proto.Event;

/** Reads TensorBoard event files, checksums included, as the format is published. */
public final class Records {
  private Records() {}

  public static List<Event> read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] length = checked(bytes, Long.BYTES);
      int size = (int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
      events.add(Event.parseFrom(checked(bytes, size)));
    }
    return events;
  }

  private static byte[] checked(ByteBuffer bytes, int size) {
    byte[] data = new byte[size];
    bytes.get(data);
    int masked = bytes.getInt();
    CRC32C crc = new CRC32C();
    crc.update(data);
    int rotated = masked - 0xa282ead8;
    assertThat(Integer.rotateLeft(rotated, 15)).isEqualTo((int) crc.getValue());
    return data;
  }
}
