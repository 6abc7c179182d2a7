package org.espalier.framework.files;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.io.OutputStream;

/** Writes protocol buffers. */
public final class Protobuf {
  private Protobuf() {}

  /** Writes a message so that equal ones give equal bytes: maps in the order of their keys. */
  public static void write(MessageLite message, OutputStream out) throws IOException {
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    coded.useDeterministicSerialization();
    message.writeTo(coded);
    coded.flush();
  }
}
