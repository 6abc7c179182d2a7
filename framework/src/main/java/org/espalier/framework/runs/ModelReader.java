package org.espalier.framework.runs;

import java.nio.file.Path;
import org.espalier.graphs.Model;

/** Reads models from wherever they may lie: run folders, SavedModels, frozen graphs. */
public interface ModelReader {
  /**
   * Reads a model.
   *
   * @param options for models of others
   * @throws org.espalier.graphs.BadInputException if there is none, or it is broken
   */
  Model read(Path path, ReadOptions options);
}
