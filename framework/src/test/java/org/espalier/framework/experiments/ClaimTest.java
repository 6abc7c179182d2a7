package org.espalier.framework.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.espalier.framework.files.ProcessId;
import org.espalier.framework.training.StoppedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who holds a run and who does not. */
@Timeout(60)
class ClaimTest {
  @TempDir Path folder;

  private Path run;

  @BeforeEach
  void nameRun() {
    run = folder.resolve("run");
  }

  private List<String> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void oneHoldsItAndNobodyElseUntilItIsClosed() throws IOException {
    Claim claim = Claim.tryTake(run).orElseThrow();
    assertThat(Claim.tryTake(run)).isEmpty();
    assertThat(Claim.tryTake(folder.resolve("other"))).isPresent();
    assertThat(Claim.holder(run))
        .contains("process " + ProcessHandle.current().pid() + " on " + ProcessId.current().host());
    claim.close();
    assertThat(Claim.holder(run)).isEmpty();
    Claim.tryTake(run).orElseThrow().close();
    assertThat(claim.isLost()).isFalse();
    assertThat(files()).containsExactly(".other.claim");
    claim.close();
  }

  /** The folder may come to be while it is claimed, and be reached by a link. */
  @Test
  void oneFolderIsOneClaim() throws IOException {
    try (Claim claim = Claim.tryTake(run).orElseThrow()) {
      Files.createDirectory(run);
      assertThat(Claim.tryTake(run)).isEmpty();
      Files.createSymbolicLink(folder.resolve("link"), run);
      assertThat(Claim.tryTake(folder.resolve("link"))).isEmpty();
      assertThat(claim.isLost()).isFalse();
    }
    assertThat(files()).containsExactlyInAnyOrder("run", "link");
  }

  @RepeatedTest(20)
  void ofSeveralAtOnceOneGetsIt() throws Exception {
    assertThat(Threads.atOnce(4, () -> Claim.tryTake(run)))
        .filteredOn(Optional::isPresent)
        .hasSize(1);
  }

  @Test
  void neverDoTwoHoldIt() throws Exception {
    AtomicInteger holders = new AtomicInteger();
    List<Integer> most =
        Threads.atOnce(
            4,
            () -> {
              int seen = 0;
              for (int i = 0; i < 10; i++) {
                try (Claim claim = Claim.take(run, PlanWatcher.NONE)) {
                  seen = Math.max(seen, holders.incrementAndGet());
                  assertThat(claim.isLost()).isFalse();
                  holders.decrementAndGet();
                }
              }
              return seen;
            });
    assertThat(most).containsOnly(1);
    assertThat(files()).isEmpty();
  }

  @Test
  void waitingForAClaimEndsWhenItIsAskedTo() throws IOException {
    Claim held = Claim.tryTake(run).orElseThrow();
    PlanWatcher stop =
        new PlanWatcher() {
          @Override
          public boolean wantsToStop() {
            return true;
          }
        };
    assertThatThrownBy(() -> Claim.take(run, stop))
        .isInstanceOf(StoppedException.class)
        .hasMessage("stopped while waiting for another process");
    held.close();
  }
}
