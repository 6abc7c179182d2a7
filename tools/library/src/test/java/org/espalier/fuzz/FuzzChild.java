package org.espalier.fuzz;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Tries mutants, one after another, in a process that may die of them. It says which it tries
 * before it does so, and then what became of it.
 */
final class FuzzChild {
  private static final int FRAMES = 12;

  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private FuzzChild() {}

  /**
   * Takes the first number, the one after the last, every how manieth goes to the deepest, how deep
   * the others go, the deepest, and a folder to work in.
   */
  public static void main(String[] args) throws IOException {
    long end = Long.parseLong(args[1]);
    int every = Integer.parseInt(args[2]);
    Depth usual = Depth.valueOf(args[3]);
    Depth deepest = Depth.valueOf(args[4]);
    List<SoundModel> corpus = SoundModel.corpus();
    Trial trial = new Trial(Files.createDirectories(Path.of(args[5])), true);
    // What is loaded once is not the first mutant's.
    corpus.stream()
        .limit(2)
        .forEach(s -> trial.of(new Mutant(-1, s, List.of(), s.bytes()), Depth.EXPORT));
    for (long number = Long.parseLong(args[0]); number < end; number++) {
      OUT.println("try " + number);
      Depth depth = number % every == 0 ? deepest : usual;
      Trial.Result result = trial.of(Mutant.of(number, corpus), depth);
      OUT.println(
          String.join(
              " ",
              "did",
              depth.name(),
              result.at().name(),
              result.outcome().name(),
              result.outcome().isGood() ? "" : told(result)));
    }
    OUT.println("end");
  }

  private static String told(Trial.Result result) {
    StackTraceElement[] frames =
        result.thrown() == null ? new StackTraceElement[0] : result.thrown().getStackTrace();
    String where =
        Arrays.stream(frames)
            .limit(FRAMES)
            .map(f -> f.getFileName() + ":" + f.getLineNumber())
            .collect(Collectors.joining(" < "));
    return (result + " " + where).replaceAll("\\s+", " ");
  }
}
