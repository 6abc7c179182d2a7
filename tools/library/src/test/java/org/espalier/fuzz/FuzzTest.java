package org.espalier.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models that somebody broke are read or refused, whatever is broken. What ends the process ends
 * this test's: {@link Fuzz} finds out which mutant did, and takes as many as one has time for.
 */
class FuzzTest {
  private static final List<SoundModel> CORPUS = SoundModel.corpus();

  @TempDir Path temp;

  private List<Trial.Result> tried(LongStream numbers, Depth depth) {
    Trial trial = new Trial(temp, false); // other tests of this process take memory, too
    return numbers.mapToObj(n -> trial.of(Mutant.of(n, CORPUS), depth)).toList();
  }

  private static void allGood(List<Trial.Result> results) {
    assertThat(results).allSatisfy(r -> assertThat(r.outcome().isGood()).as("%s", r).isTrue());
  }

  @Test
  void brokenModelsAreReadOrRefused() {
    List<Trial.Result> results = tried(LongStream.range(0, 60), Depth.PRUNE);
    allGood(results);
    // Or the changes would break nothing, or everything at once.
    assertThat(results).extracting(Trial.Result::outcome).contains(Outcome.FINE, Outcome.REFUSED);
  }

  @Test
  @Tag("slow")
  void whatIsReadOfThemIsPrunedProvenRewrittenAndExportedOrRefused() {
    List<Trial.Result> results = tried(LongStream.range(1000, 1040), Depth.EXPORT);
    allGood(results);
    assertThat(results)
        .anySatisfy(
            r -> {
              assertThat(r.at()).isEqualTo(Depth.EXPORT);
              assertThat(r.outcome()).isEqualTo(Outcome.FINE);
            });
  }

  /** A number is all that there is of a mutant in the notes of a long run. */
  @Test
  void theSameNumberIsTheSameMutant() {
    List<String> kinds = new ArrayList<>();
    for (long n = 0; n < 40; n++) {
      Mutant one = Mutant.of(n, CORPUS);
      Mutant same = Mutant.of(n, CORPUS);
      assertThat(same).hasToString(one.toString());
      assertThat(same.file()).isEqualTo(one.file());
      kinds.add(
          Arrays.equals(one.file(), one.sample().bytes()) ? "unchanged" : one.sample().name());
    }
    assertThat(kinds.stream().distinct().count()).isGreaterThan(15);
  }

  /** What is measured is there: else no mutant would ever need too much. */
  @Test
  void memoryThatIsTakenIsSeen() {
    ProcessMemory memory = ProcessMemory.now();
    ByteBuffer taken = ByteBuffer.allocateDirect(100 << 20);
    boolean linux = memory.before() > 0;
    assertThat(memory.grownBy()).isGreaterThanOrEqualTo(linux ? taken.capacity() / 2 : 0);
  }
}
