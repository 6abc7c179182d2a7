package org.espalier.framework.data.sources;

import dagger.Binds;
import dagger.Module;
import dagger.Provides;
import dagger.multibindings.ElementsIntoSet;
import dagger.multibindings.IntoSet;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The data sets that Espalier knows. To add one: a class and a binding. Data sets on the class path
 * that are registered as services of {@link DatasetSource} are found too.
 */
@Module
public interface DataModule {
  @Provides
  @ElementsIntoSet
  static Set<DatasetSource> ofUsers() {
    return ServiceLoader.load(DatasetSource.class).stream()
        .map(ServiceLoader.Provider::get)
        .collect(Collectors.toSet());
  }

  @Binds
  @IntoSet
  DatasetSource fashionMnistSmall(FashionMnistSmall source);

  @Binds
  @IntoSet
  DatasetSource fashionMnist(FashionMnist source);

  @Binds
  @IntoSet
  DatasetSource cifar10(Cifar10 source);

  @Binds
  @IntoSet
  DatasetSource cifar100(Cifar100 source);
}
