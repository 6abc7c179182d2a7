package org.espalier.framework.data.sources;

import dagger.Binds;
import dagger.Module;
import dagger.multibindings.IntoMap;
import dagger.multibindings.StringKey;

/** Binds every data set under its name. */
@Module
public interface DataModule {
  @Binds
  @IntoMap
  @StringKey(FashionMnistSmall.NAME)
  DatasetSource fashionMnistSmall(FashionMnistSmall source);

  @Binds
  @IntoMap
  @StringKey(FashionMnist.NAME)
  DatasetSource fashionMnist(FashionMnist source);

  @Binds
  @IntoMap
  @StringKey(Cifar10.NAME)
  DatasetSource cifar10(Cifar10 source);

  @Binds
  @IntoMap
  @StringKey(Cifar100.NAME)
  DatasetSource cifar100(Cifar100 source);
}
