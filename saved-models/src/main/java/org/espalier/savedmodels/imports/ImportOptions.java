package org.espalier.savedmodels.imports;

import java.util.Optional;

/**
 * How a model is read.
 *
 * @param signature which of a SavedModel's signatures; none means {@code serving_default}, or the
 *     only one
 * @param trust whether ops outside the list of safe ones are let in
 */
public record ImportOptions(Optional<String> signature, boolean trust) {
  public static final ImportOptions DEFAULT = new ImportOptions(Optional.empty(), false);
}
