package org.espalier.pruning;

import dagger.Module;
import dagger.Provides;
import dagger.multibindings.ElementsIntoSet;
import dagger.multibindings.IntoMap;
import dagger.multibindings.StringKey;
import java.util.Set;
import org.espalier.framework.settings.Vocabulary.Kind;
import org.espalier.framework.settings.Vocabulary.Names;

/** The pruning methods, and what else is known by name here. To add a method: a record, here. */
@Module
public interface PruningModule {
  @Provides
  @ElementsIntoSet
  static Set<Kind> kinds() {
    return Kind.all(
        BatchNormScale.class,
        GeometricMedian.class,
        L1Norm.class,
        L2Norm.class,
        NetworkSlimming.class,
        RandomFilters.class,
        GroupMagnitude.class,
        Hessian.class,
        Taylor.class,
        Regression.class,
        ThiNet.class,
        SparseStructureSelection.class,
        ZeroFilters.class,
        Prune.class);
  }

  @Provides
  @IntoMap
  @StringKey("pruning methods")
  static Names methods(Set<Kind> kinds) {
    return () ->
        kinds.stream()
            .filter(kind -> PruningMethod.class.isAssignableFrom(kind.type()))
            .map(Kind::name)
            .sorted()
            .toList();
  }

  @Provides
  @IntoMap
  @StringKey("presets")
  static Names presets() {
    return Presets::names;
  }
}
