package org.espalier.framework.data.sources;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Writes ustar archives, sound ones and bad ones. */
final class TarWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  TarWriter file(String name, byte[] content) {
    return entry(name, '0', content);
  }

  TarWriter folder(String name) {
    return entry(name, '5', new byte[0]);
  }

  /** What is noted ('g') on the archive or ('x') on the next file: "LENGTH KEY=VALUE". */
  TarWriter note(char type, String key, String value) {
    int length = key.length() + value.length() + 3;
    length += String.valueOf(length + String.valueOf(length).length()).length();
    String record = String.format(Locale.ROOT, "%d %s=%s\n", length, key, value);
    return entry("pax", type, record.getBytes(StandardCharsets.UTF_8));
  }

  TarWriter entry(String name, char type, byte[] content) {
    byte[] header = new byte[512];
    // A long path is cut in two at the last slash that leaves a short enough name.
    int cut = name.length() <= 100 ? -1 : name.lastIndexOf('/');
    put(header, 0, name.substring(cut + 1));
    put(header, 100, "0000644\0");
    put(header, 124, String.format(Locale.ROOT, "%011o\0", content.length));
    put(header, 148, "        ");
    header[156] = (byte) type;
    put(header, 257, "ustar\0" + "00");
    put(header, 345, cut < 0 ? "" : name.substring(0, cut));
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    out.writeBytes(header);
    out.writeBytes(Arrays.copyOf(content, (content.length + 511) / 512 * 512));
    return this;
  }

  byte[] tar() {
    out.writeBytes(new byte[1024]);
    return out.toByteArray();
  }

  byte[] tarGz() {
    return IdxWriter.gzip(tar());
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
