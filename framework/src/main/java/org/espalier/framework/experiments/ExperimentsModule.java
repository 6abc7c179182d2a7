package org.espalier.framework.experiments;

import dagger.Module;
import dagger.Provides;
import dagger.multibindings.ElementsIntoSet;
import dagger.multibindings.IntoMap;
import dagger.multibindings.StringKey;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.framework.data.sources.Datasets;
import org.espalier.framework.settings.Vocabulary.Kind;
import org.espalier.framework.settings.Vocabulary.KindProvider;
import org.espalier.framework.settings.Vocabulary.Names;
import org.espalier.framework.training.Adam;
import org.espalier.framework.training.Sgd;
import org.espalier.framework.training.SoftFilterPruning;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.graphs.rewrites.Rewrites;

/** The named things of this room. To add one: a record and its name here. */
@Module
public interface ExperimentsModule {
  @Provides
  @ElementsIntoSet
  static Set<Kind> kinds() {
    return Kind.all(
        Train.class,
        Fresh.class,
        Result.class,
        Given.class,
        Predefined.class,
        Objective.Labels.class,
        Objective.Teacher.class,
        Sgd.class,
        Adam.class,
        SoftFilterPruning.class);
  }

  @Provides
  @ElementsIntoSet
  static Set<Kind> kindsOfUsers() {
    return ServiceLoader.load(KindProvider.class).stream()
        .flatMap(provider -> provider.get().kinds().stream())
        .map(Kind::checked)
        .collect(Collectors.toSet());
  }

  @Provides
  @IntoMap
  @StringKey("data sets")
  static Names dataSets(Datasets datasets) {
    return datasets::names;
  }

  @Provides
  @IntoMap
  @StringKey("architectures")
  static Names architectures(Architectures architectures) {
    return architectures::names;
  }

  @Provides
  @IntoMap
  @StringKey("passes")
  static Names passes(Rewrites rewrites) {
    return () -> rewrites.all().stream().map(GraphRewrite::name).toList();
  }
}
