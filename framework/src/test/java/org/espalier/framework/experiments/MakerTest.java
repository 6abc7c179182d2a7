package org.espalier.framework.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.espalier.framework.ChildJvm;
import org.espalier.framework.files.Json;
import org.espalier.framework.runs.Records;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.training.Extent;
import org.espalier.framework.training.Watcher;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;

/** Of all that ask for a task one makes it, and all hear how it ended. */
@Timeout(120)
class MakerTest {
  private static final Train TASK = TinyTasks.train(1, 1);

  @TempDir Path root;

  /** The first that trains goes on only when another one waits for it. */
  private static PlanWatcher meeting(Runnable waits, Runnable untilAnotherWaits) {
    return new PlanWatcher() {
      @Override
      public Watcher training(Task task) {
        return new Watcher() {
          @Override
          public void started(Extent extent, long step) {
            untilAnotherWaits.run();
          }
        };
      }

      @Override
      public void note(String line) {
        assertThat(line)
            .matches("train resnet8 on tiny: waits for process \\d+ on \\S+, which makes it");
        waits.run();
      }
    };
  }

  private void assertMadeOnce() throws IOException {
    Path run = new Store(root).folder(TASK);
    try (var files = Files.list(run)) {
      List<Path> events = files.filter(f -> f.toString().contains("tfevents")).toList();
      assertThat(events).hasSize(1);
      assertThat(Records.read(events.get(0))).extracting(Event::getStep).containsExactly(0L, 4L);
    }
    assertThat(new RunFolder(run).description().orElseThrow().stretches()).hasSize(1);
    try (var files = Files.list(run.getParent())) {
      assertThat(files).containsExactly(run);
    }
  }

  @Test
  void twoThreadsThatAskAtOnceGetOneRun() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    AtomicInteger waits = new AtomicInteger();
    PlanWatcher watcher =
        meeting(
            () -> {
              waits.incrementAndGet();
              waiting.countDown();
            },
            () -> Threads.await(waiting));
    List<RunSummary> made =
        Threads.atOnce(2, () -> TinyTasks.make(TASK, TinyTasks.shop(root).with(watcher)));
    assertThat(made.get(0)).isEqualTo(made.get(1));
    assertThat(new RunFolder(new Store(root).folder(TASK)).summary()).contains(made.get(0));
    assertThat(waits).as("notes of the one that waits").hasValue(1);
    assertMadeOnce();
  }

  /** One of the processes; writes the summary into a file. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws IOException {
      Path root = Path.of(arguments[0]);
      Path waits = root.resolve("waits");
      PlanWatcher watcher = meeting(() -> create(waits), () -> awaitFile(waits));
      RunSummary summary = TinyTasks.make(TASK, TinyTasks.shop(root).with(watcher));
      Files.write(root.resolve(arguments[1]), Json.line(summary));
    }

    private static void create(Path file) {
      try {
        Files.createFile(file);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private static void awaitFile(Path file) {
      try {
        for (int i = 0; !Files.exists(file) && i < 6000; i++) {
          Thread.sleep(10);
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  @Tag("slow")
  void twoProcessesThatAskAtOnceGetOneRun() throws Exception {
    try (ChildJvm one = child("one");
        ChildJvm two = child("two")) {
      one.join();
      two.join();
    }
    assertThat(root.resolve("waits")).exists();
    RunSummary summary = new RunFolder(new Store(root).folder(TASK)).summary().orElseThrow();
    String expected = new String(Json.line(summary), StandardCharsets.UTF_8);
    assertThat(root.resolve("one")).hasContent(expected);
    assertThat(root.resolve("two")).hasContent(expected);
    assertMadeOnce();
  }

  private ChildJvm child(String name) throws IOException {
    return ChildJvm.start(Child.class, root.resolve(name + ".log"), root.toString(), name);
  }

  @Test
  void whatAnotherMakesIsNotWaitedForWhereNobodyWantsTo() {
    Maker maker = new Maker(TinyTasks.shop(root));
    Task task = TinyTasks.Nothing.named("a");
    try (Claim claim = Claim.tryTake(new Store(root).folder(task)).orElseThrow()) {
      assertThat(maker.tryMake(task)).isEmpty();
      assertThat(claim.isLost()).isFalse();
    }
    assertThat(maker.tryMake(task)).isPresent();
  }

  @Test
  void aTaskThatFailedLeavesNothingAndIsTriedAgain() {
    Task task = TinyTasks.Failing.saying("no luck");
    Maker maker = new Maker(TinyTasks.shop(root));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> maker.make(task)).hasMessage("no luck");
    }
    assertThat(root).isEmptyDirectory();
  }

  /** A reader sees all of a run that is made in one go, or nothing. */
  @Test
  void whatIsFilledAtOnceIsThereOrNot() {
    Task task = TinyTasks.Nothing.named("a");
    Store store = new Store(root);
    Run run =
        new Run(
            task,
            new RunFolder(store.folder(task)),
            Claim.tryTake(store.folder(task)).orElseThrow());
    assertThatThrownBy(
            () ->
                run.fill(
                    folder -> {
                      assertThat(folder.path()).isNotEqualTo(run.folder().path());
                      throw new IllegalStateException("in the middle");
                    }))
        .hasMessage("in the middle");
    run.claim().close();
    assertThat(root).isEmptyDirectory();
    TinyTasks.make(task, TinyTasks.shop(root));
    assertThat(store.find(task)).isPresent();
    assertThat(store.folder(task)).isDirectoryContaining("glob:**/run.json");
  }
}
