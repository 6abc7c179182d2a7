package org.espalier.framework.runs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.espalier.graphs.Network;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.tensorflow.proto.NodeDef;

/** SHA-256 of networks and weights. */
public final class Digests {
  private Digests() {}

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Of names, ops, inputs and attributes of all nodes, in order. Map order does not matter. */
  public static String of(Network network) {
    MessageDigest digest = sha256();
    for (NodeDef node : network.graph().getNodeList()) {
      text(digest, node.getName());
      text(digest, node.getOp());
      node.getInputList().forEach(i -> text(digest, i));
      new java.util.TreeMap<>(node.getAttrMap())
          .forEach(
              (key, value) -> {
                text(digest, key);
                digest.update(value.toByteArray());
              });
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Of names, shapes and bits, in order. */
  public static String of(Weights weights) {
    MessageDigest digest = sha256();
    weights
        .asMap()
        .forEach(
            (name, array) -> {
              text(digest, name);
              text(digest, array.shape().toString());
              digest.update(bytes(array));
            });
    return HexFormat.of().formatHex(digest.digest());
  }

  static String ofText(String text) {
    MessageDigest digest = sha256();
    text(digest, text);
    return HexFormat.of().formatHex(digest.digest());
  }

  private static byte[] bytes(ShapedArray array) {
    ByteBuffer bytes =
        ByteBuffer.allocate(4 * array.values().length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(array.values());
    return bytes.array();
  }

  private static void text(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }
}
