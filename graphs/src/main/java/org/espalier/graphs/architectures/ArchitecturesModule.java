package org.espalier.graphs.architectures;

import dagger.Binds;
import dagger.Module;
import dagger.multibindings.IntoMap;
import dagger.multibindings.StringKey;

/** The families that Espalier knows, by name. To add one: a class and a binding. */
@Module
public interface ArchitecturesModule {
  @Binds
  @IntoMap
  @StringKey("vgg")
  Family vgg(Vgg family);

  @Binds
  @IntoMap
  @StringKey("vgg-imagenet")
  Family imageNetVgg(ImageNetVgg family);

  @Binds
  @IntoMap
  @StringKey("resnet-cifar")
  Family cifarResNet(CifarResNet family);

  @Binds
  @IntoMap
  @StringKey("resnet-imagenet")
  Family imageNetResNet(ImageNetResNet family);

  @Binds
  @IntoMap
  @StringKey("preresnet")
  Family preResNet(PreResNet family);

  @Binds
  @IntoMap
  @StringKey("preresnet-imagenet")
  Family imageNetPreResNet(ImageNetPreResNet family);

  @Binds
  @IntoMap
  @StringKey("densenet")
  Family denseNet(DenseNet family);

  @Binds
  @IntoMap
  @StringKey("lottery")
  Family lotteryNets(LotteryNets family);
}
