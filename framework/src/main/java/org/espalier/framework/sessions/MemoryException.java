package org.espalier.framework.sessions;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tensorflow.exceptions.TFResourceExhaustedException;

/** TensorFlow found no memory for what it was to compute. */
public final class MemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** As its allocators say what they could not give. */
  private static final Pattern TENSOR =
      Pattern.compile("allocating tensor with shape\\s*(\\[[^\\]]*])");

  /** What C++ calls it. */
  private static final String BAD_ALLOC = "bad_alloc";

  /** A sentence that says what was wanted, and what needs less. */
  public MemoryException(String message, Throwable cause) {
    super(message, cause);
  }

  /** What TensorFlow threw, said as what it is if memory ran out; all else as it is. */
  static RuntimeException orAsItIs(RuntimeException thrown) {
    String words = String.valueOf(thrown.getMessage());
    return thrown instanceof TFResourceExhaustedException || words.contains(BAD_ALLOC)
        ? new MemoryException(sentence(words), thrown)
        : thrown;
  }

  private static String sentence(String words) {
    boolean gpu = words.contains("device:GPU");
    return String.format(
        Locale.ROOT,
        "out of memory%s: TensorFlow found none for %s; a smaller batch, fewer or smaller images, or"
            + " fewer jobs at once need less%s",
        gpu ? " of the GPU" : "",
        tensor(words).map(shape -> "a tensor of shape " + shape).orElse("what it computes"),
        gpu ? ", and --device cpu uses that of the machine" : "");
  }

  private static Optional<String> tensor(String words) {
    Matcher tensor = TENSOR.matcher(words);
    return tensor.find() ? Optional.of(tensor.group(1)) : Optional.empty();
  }
}
