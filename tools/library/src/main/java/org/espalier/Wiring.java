package org.espalier;

import dagger.Reusable;
import jakarta.inject.Inject;
import java.util.Set;
import org.espalier.framework.data.sources.Datasets;
import org.espalier.framework.experiments.TaskReader;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.settings.Vocabulary;
import org.espalier.framework.settings.Vocabulary.Kind;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.graphs.ops.OpRules;
import org.espalier.pruning.Pruner;
import org.espalier.pruning.comparison.NamedComparisons;
import org.espalier.savedmodels.SavedModelExporter;

/** All that is bound, for the facade. */
@Reusable
final class Wiring {
  final Vocabulary words;
  final Set<Kind> kinds;
  final Architectures architectures;
  final Datasets datasets;
  final OpRules rules;
  final Models models;
  final Pruner pruner;
  final SavedModelExporter exporter;
  final TaskReader tasks;
  final Workshop.Tools tools;
  final NamedComparisons comparisons;

  @Inject
  Wiring(
      Vocabulary words,
      Set<Kind> kinds,
      Architectures architectures,
      Datasets datasets,
      OpRules rules,
      Models models,
      Pruner pruner,
      SavedModelExporter exporter,
      TaskReader tasks,
      Workshop.Tools tools,
      NamedComparisons comparisons) {
    this.words = words;
    this.kinds = kinds;
    this.architectures = architectures;
    this.datasets = datasets;
    this.rules = rules;
    this.models = models;
    this.pruner = pruner;
    this.exporter = exporter;
    this.tasks = tasks;
    this.tools = tools;
    this.comparisons = comparisons;
  }
}
