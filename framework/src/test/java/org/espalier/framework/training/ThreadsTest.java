package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.espalier.framework.ChildJvm;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.TinyJobs;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.sessions.Machine;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thread count gives its bits, whatever was computed before in the process. */
class ThreadsTest {
  @TempDir Path folder;

  /** Trains with each thread count that it is given; prints the digests of the weights. */
  static final class Child {
    private Child() {}

    public static void main(String[] counts) {
      for (String count : counts) {
        Machine machine = Machine.threads(Integer.parseInt(count));
        TrainingState end =
            new Trainer(TestNetworks.WIRED.rules(), machine, TinyJobs.job(2, 1), List.of()).train();
        System.out.println("digest " + Digests.of(end.weights()));
      }
    }
  }

  private List<String> digests(String... counts) throws Exception {
    Path log = folder.resolve(String.join("-", counts) + ".log");
    try (ChildJvm child = ChildJvm.start(Child.class, log, counts)) {
      child.join();
      return child.log().lines().filter(line -> line.startsWith("digest ")).toList();
    }
  }

  @Test
  @Tag("slow")
  void trainingsWithOtherThreadCountsInTheProcessChangeNothing() throws Exception {
    String two = digests("2").get(0);
    List<String> mixed = digests("1", "2", "1", "2");
    String one = mixed.get(0);
    assertThat(mixed).containsExactly(one, two, one, two);
  }
}
