package org.espalier.framework.data.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dagger.Component;
import java.util.Optional;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;

/** From another package, as the command line will use it. */
class DataModuleTest {
  @Component(modules = DataModule.class)
  interface Data {
    Datasets datasets();

    DataFetcher fetcher();
  }

  private final Data data = DaggerDataModuleTest_Data.create();

  @Test
  void datasetsAreFoundByName() {
    assertThat(data.datasets().all())
        .extracting(DatasetSource::name)
        .containsExactly("cifar10", "cifar100", "fashion-mnist", "fashion-mnist-small");
    assertThat(data.datasets().all())
        .allSatisfy(source -> assertThat(source.description()).isNotBlank());
    assertThat(data.datasets().load("fashion-mnist-small", Optional.empty()).train().size())
        .isEqualTo(6_000);
    assertThat(data.fetcher().verify("fashion-mnist-small", Optional.empty())).hasSize(2);
    assertThatThrownBy(() -> data.datasets().source("cifar"))
        .isInstanceOf(UsageException.class)
        .hasMessage("unknown data set 'cifar'; nearest: cifar10, cifar100, fashion-mnist");
  }
}
