package org.espalier.framework.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.espalier.framework.TinyJobs;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.runs.RunSummary;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A published pruned network is trained from scratch, and nothing is cut for it. */
class PredefinedTest {
  private static final Predefined SMALL =
      Predefined.of(ArchitectureSpec.of("resnet8").withWidth(0.25), "resnet14");

  @TempDir Path root;

  private long flops(Source source, Workshop shop) {
    Dataset data = shop.data(TinyTasks.TINY);
    Preview preview = source.preview(shop, Optional.of(data)).orElseThrow();
    return shop.costs().of(preview.network()).flops();
  }

  /** Of 3 epochs of ResNet-14, as many of ResNet-8 as cost no more; and two on top. */
  @Test
  void scratchBGetsTheComputationOfTheLargeNetworkForTheImagesAtHand() {
    Workshop shop = TinyTasks.shop(root);
    Fresh large = new Fresh(ArchitectureSpec.of("resnet14").withWidth(0.25), 1);
    int expected = (int) (3.0 * flops(large, shop) / flops(SMALL, shop));
    assertThat(expected).isGreaterThan(4);
    Train b =
        TinyTasks.train(SMALL, TinyJobs.recipe(3, 20, 0.05), 1)
            .fresh(9)
            .sameCompute(Optional.empty());
    assertThat(b.recipe(b.preview(shop).orElseThrow(), shop).epochs()).isEqualTo(expected);
    RunSummary done = TinyTasks.make(b, shop);
    assertThat(done.epochs()).isEqualTo(expected);
    assertThat(done.flops()).isEqualTo(flops(SMALL, shop));
    Train more = b.andEpochs(2);
    assertThat(more.job(shop).recipe().epochs()).isEqualTo(expected + 2);
    assertThat(b.sameCompute(Optional.of(1.0)).job(shop).recipe().epochs()).isEqualTo(3);
  }

  @Test
  void itIsTheArchitectureWithInitialWeights() {
    Workshop shop = TinyTasks.shop(root);
    Optional<Dataset> data = Optional.of(shop.data(TinyTasks.TINY));
    assertThat(SMALL.model(shop, data).weights())
        .isEqualTo(new Fresh(SMALL.network(), 1).model(shop, data).weights());
    assertThat(SMALL.title()).isEqualTo("resnet8");
    assertThat(SMALL.pruned(shop)).isEmpty();
  }

  @Test
  void oneThatComputesMoreThanItsParentIsRefused() {
    Workshop shop = TinyTasks.shop(root);
    Predefined wrong = Predefined.of(ArchitectureSpec.of("resnet14"), "resnet8");
    assertThatThrownBy(() -> wrong.preview(shop, Optional.of(shop.data(TinyTasks.TINY))))
        .isInstanceOf(UsageException.class)
        .hasMessage("resnet14 computes more than resnet8 does, so it was not pruned from it");
  }

  @Test
  void moreEpochsGoWithTheSameComputation() {
    Train plain = TinyTasks.train(SMALL, TinyJobs.recipe(3, 20, 0.05), 1);
    assertThatThrownBy(() -> plain.andEpochs(1))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("0 without the same computation, found 1");
    assertThatThrownBy(() -> plain.sameCompute(Optional.empty()).andEpochs(-1))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("found -1");
    Train unknown = TinyTasks.train(1, 1).fresh(2).sameCompute(Optional.empty());
    assertThatThrownBy(() -> unknown.job(TinyTasks.shop(root)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("expected a pruned model");
  }
}
