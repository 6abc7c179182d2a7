package org.espalier.pruning.sensitivity;

import dagger.Module;
import dagger.Provides;
import dagger.multibindings.ElementsIntoSet;
import dagger.multibindings.IntoMap;
import dagger.multibindings.StringKey;
import java.util.Set;
import org.espalier.framework.settings.Vocabulary.Kind;
import org.espalier.framework.settings.Vocabulary.Names;
import org.espalier.pruning.ScoringMethod;

/** What is known by name here. */
@Module
public interface SensitivityModule {
  @Provides
  @ElementsIntoSet
  static Set<Kind> kinds() {
    return Kind.all(Sensitivity.class);
  }

  @Provides
  @IntoMap
  @StringKey("scoring methods")
  static Names methods(Set<Kind> kinds) {
    return () ->
        kinds.stream()
            .filter(kind -> ScoringMethod.class.isAssignableFrom(kind.type()))
            .map(Kind::name)
            .sorted()
            .toList();
  }
}
