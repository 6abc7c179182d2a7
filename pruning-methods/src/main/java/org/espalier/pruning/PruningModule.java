package org.espalier.pruning;

import dagger.Binds;
import dagger.Module;
import dagger.multibindings.IntoMap;
import dagger.multibindings.StringKey;

/** Binds every pruning method under its name. To add one: a class and a binding. */
@Module
public interface PruningModule {
  @Binds
  @IntoMap
  @StringKey(L1Norm.NAME)
  PruningMethod l1Norm(L1Norm method);

  @Binds
  @IntoMap
  @StringKey(RandomFilters.NAME)
  PruningMethod random(RandomFilters method);

  @Binds
  @IntoMap
  @StringKey(L2Norm.NAME)
  PruningMethod l2Norm(L2Norm method);

  @Binds
  @IntoMap
  @StringKey(BatchNormScale.NAME)
  PruningMethod batchNormScale(BatchNormScale method);

  @Binds
  @IntoMap
  @StringKey(GeometricMedian.NAME)
  PruningMethod geometricMedian(GeometricMedian method);
}
