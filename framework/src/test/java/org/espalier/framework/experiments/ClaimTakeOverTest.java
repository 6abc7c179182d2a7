package org.espalier.framework.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.espalier.framework.ChildJvm;
import org.espalier.framework.files.ProcessId;
import org.espalier.framework.runs.RunFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When a claim whose process is gone is taken over. */
@Timeout(60)
class ClaimTakeOverTest {
  /** So short that whatever is seen twice has stood still. */
  private static final Duration MOMENT = Duration.ofNanos(1);

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

  /** As a process of another host leaves it. */
  private String claimOfAnotherHost() throws IOException {
    String token = "elsewhere~1~2~3 " + UUID.randomUUID();
    Files.writeString(Claim.fileFor(run), token);
    return token;
  }

  /** Of those that find a dead process's claim, too: never two, and none has to wait for long. */
  @RepeatedTest(20)
  void ofSeveralThatTakeOverOneGetsIt() throws Exception {
    ProcessId here = ProcessId.current();
    ProcessId dead = new ProcessId(here.host(), here.space(), here.pid(), here.started() - 100);
    Files.writeString(Claim.fileFor(run), dead + " " + UUID.randomUUID());
    List<Optional<Claim>> taken = Threads.atOnce(4, () -> Claim.tryTake(run));
    assertThat(taken).filteredOn(Optional::isPresent).hasSizeLessThanOrEqualTo(1);
    boolean nobody = taken.stream().noneMatch(Optional::isPresent);
    assertThat(Claim.tryTake(run).isPresent()).isEqualTo(nobody);
    assertThat(files()).as("the guard is gone").containsExactly(".run.claim");
  }

  /** The process that dies with a claim in its hands. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws Exception {
      Path run = Path.of(arguments[0]);
      Claim unused = Claim.tryTake(run).orElseThrow();
      Files.createFile(Path.of(arguments[0] + ".claimed"));
      Thread.sleep(60_000);
    }
  }

  @Test
  void theClaimOfADeadProcessOfThisHostIsTakenOverAtOnce() throws Exception {
    Path claimed = folder.resolve("run.claimed");
    try (ChildJvm child = ChildJvm.start(Child.class, folder.resolve("log"), run.toString())) {
      child.awaitFile(claimed);
      assertThat(Claim.tryTake(run)).as("while it lives").isEmpty();
      assertThat(Claim.tryTake(run)).as("however often it is looked at").isEmpty();
    }
    Claim claim = Claim.tryTake(run).orElseThrow();
    assertThat(files()).containsExactlyInAnyOrder(".run.claim", "run.claimed", "log");
    claim.close();
    assertThat(files()).containsExactlyInAnyOrder("run.claimed", "log");
  }

  @Test
  void theClaimOfAnotherHostIsTakenOverWhenItWasSeenToStandStill() throws IOException {
    claimOfAnotherHost();
    assertThat(Claim.tryTake(run)).isEmpty();
    assertThat(Claim.tryTake(run)).as("not yet still for a minute").isEmpty();
    Claim claim = Claim.tryTake(run, MOMENT).orElseThrow();
    assertThat(Claim.holder(run).orElseThrow()).contains(ProcessId.current().host());
    assertThat(files()).containsExactly(".run.claim");
    claim.close();
    assertThat(files()).isEmpty();
  }

  /** The first look tells nothing: the clock of the other host is not compared. */
  @Test
  void howLongAClaimStoodStillCountsFromTheFirstLook() throws IOException {
    claimOfAnotherHost();
    Files.setLastModifiedTime(Claim.fileFor(run), FileTime.fromMillis(0));
    assertThat(Claim.tryTake(run, MOMENT)).isEmpty();
    assertThat(Claim.tryTake(run, MOMENT)).isPresent();
  }

  @Test
  void theClaimOfAnotherHostIsLeftWhileItBeats() throws IOException {
    String token = claimOfAnotherHost();
    for (int beat = 1; beat <= 10; beat++) {
      Files.setLastModifiedTime(Claim.fileFor(run), FileTime.fromMillis(beat * 1000L));
      assertThat(Claim.tryTake(run, MOMENT)).isEmpty();
    }
    assertThat(Claim.fileFor(run)).hasContent(token);
  }

  /** Though no time passed by the clock of the files. */
  @Test
  void aNewClaimOfAnotherHostIsNotTakenForTheOldOne() throws IOException {
    for (int i = 0; i < 10; i++) {
      claimOfAnotherHost();
      Files.setLastModifiedTime(Claim.fileFor(run), FileTime.fromMillis(1000));
      assertThat(Claim.tryTake(run, MOMENT)).isEmpty();
    }
  }

  @Test
  void aClaimThatIsNoneIsLeftUntilItStoodStill() throws IOException {
    Files.writeString(Claim.fileFor(run), "");
    assertThat(Claim.tryTake(run)).isEmpty();
    assertThat(Claim.tryTake(run, MOMENT)).isPresent();
    assertThat(files()).containsExactly(".run.claim");
  }

  /** The beat renews a claim that is held, and notices one that was taken over. */
  @Test
  @Tag("slow")
  void whoeverWasTakenOverKnowsItAndWritesNoMore() throws Exception {
    Claim kept = Claim.tryTake(folder.resolve("kept")).orElseThrow();
    Claim lost = Claim.tryTake(run).orElseThrow();
    Run held = new Run(TinyTasks.train(1, 1), new RunFolder(run), lost);
    held.checkHeld();
    FileTime old = FileTime.fromMillis(1000);
    Files.setLastModifiedTime(Claim.fileFor(folder.resolve("kept")), old);
    String theirs = claimOfAnotherHost();
    while (!lost.isLost()
        || Files.getLastModifiedTime(Claim.fileFor(folder.resolve("kept"))).equals(old)) {
      Thread.sleep(50);
    }
    assertThatThrownBy(held::checkHeld)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(run + ": another process has taken this run over while this one stood still");
    assertThatThrownBy(() -> held.fill(inside -> {})).isInstanceOf(IllegalStateException.class);
    assertThat(run).doesNotExist();
    lost.close();
    assertThat(Claim.fileFor(run)).as("the claim of others stays").hasContent(theirs);
    assertThat(kept.isLost()).isFalse();
    kept.close();
    assertThat(files()).containsExactly(".run.claim");
  }
}
