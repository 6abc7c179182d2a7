package org.espalier.pruning.weights;

import dagger.Module;
import dagger.Provides;
import dagger.multibindings.ElementsIntoSet;
import java.util.Set;
import org.espalier.framework.settings.Vocabulary.Kind;

/** The methods that mask single weights. To add one: a record, here. */
@Module
public interface WeightsModule {
  @Provides
  @ElementsIntoSet
  static Set<Kind> kinds() {
    return Kind.all(
        Magnitude.class,
        Lamp.class,
        Snip.class,
        RandomWeights.class,
        NOfM.class,
        GradualMagnitude.class);
  }
}
