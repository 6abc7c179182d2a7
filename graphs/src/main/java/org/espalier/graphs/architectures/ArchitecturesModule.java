package org.espalier.graphs.architectures;

import dagger.Binds;
import dagger.Module;
import dagger.Provides;
import dagger.multibindings.ElementsIntoSet;
import dagger.multibindings.IntoSet;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The families that Espalier knows. To add one: a class and a binding. Families on the class path
 * that are registered as services of {@link Family} are found too.
 */
@Module
public interface ArchitecturesModule {
  @Provides
  @ElementsIntoSet
  static Set<Family> ofUsers() {
    return ServiceLoader.load(Family.class).stream()
        .map(ServiceLoader.Provider::get)
        .collect(Collectors.toSet());
  }

  @Binds
  @IntoSet
  Family vgg(Vgg family);

  @Binds
  @IntoSet
  Family imageNetVgg(ImageNetVgg family);

  @Binds
  @IntoSet
  Family cifarResNet(CifarResNet family);

  @Binds
  @IntoSet
  Family imageNetResNet(ImageNetResNet family);

  @Binds
  @IntoSet
  Family preResNet(PreResNet family);

  @Binds
  @IntoSet
  Family imageNetPreResNet(ImageNetPreResNet family);

  @Binds
  @IntoSet
  Family denseNet(DenseNet family);

  @Binds
  @IntoSet
  Family lotteryNets(LotteryNets family);
}
