package org.espalier.savedmodels.imports;

import java.util.List;
import java.util.Optional;

/**
 * How a model is read.
 *
 * @param signature which of a SavedModel's signatures; none means {@code serving_default}, or the
 *     only one
 * @param inputs tensors of the main graph that are fed, in the place of the signature's; none means
 *     those of the signature, or of a frozen graph its placeholders
 * @param outputs tensors of the main graph that are computed; none means those of the signature, or
 *     of a frozen graph the tensors that nothing reads
 * @param trust whether ops outside the list of safe ones are let in
 */
public record ImportOptions(
    Optional<String> signature, List<String> inputs, List<String> outputs, boolean trust) {
  public static final ImportOptions DEFAULT =
      new ImportOptions(Optional.empty(), List.of(), List.of(), false);

  public ImportOptions {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}
