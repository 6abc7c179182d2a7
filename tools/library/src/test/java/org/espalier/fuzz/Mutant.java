package org.espalier.fuzz;

import java.util.ArrayList;
import java.util.List;
import org.espalier.graphs.RandomStream;
import org.tensorflow.proto.MetaGraphDef;

/**
 * A model of the corpus that was changed in one to three places, or whose file has flipped bits.
 * The number tells all of it: the same number is the same mutant.
 *
 * @param changes in words
 */
record Mutant(long number, SoundModel sample, List<String> changes, byte[] file) {
  private static final int MOST_CHANGES = 3;
  private static final int MOST_BITS = 8;

  /** One of eight has flipped bits. */
  private static final int FLIPPED = 8;

  static Mutant of(long number, List<SoundModel> corpus) {
    RandomStream random = RandomStream.of(number, "mutant");
    SoundModel sample = corpus.get(random.nextInt(corpus.size()));
    return random.nextInt(FLIPPED) == 0
        ? flipped(number, sample, random)
        : changed(number, sample, random);
  }

  private static Mutant flipped(long number, SoundModel sample, RandomStream random) {
    byte[] file = sample.bytes();
    List<String> changes = new ArrayList<>();
    for (int i = 1 + random.nextInt(MOST_BITS); i > 0; i--) {
      int at = random.nextInt(file.length);
      int bit = random.nextInt(Byte.SIZE);
      file[at] ^= (byte) (1 << bit);
      changes.add("bit " + bit + " of byte " + at);
    }
    return new Mutant(number, sample, changes, file);
  }

  private static Mutant changed(long number, SoundModel sample, RandomStream random) {
    MetaGraphDef.Builder graph = sample.graph().toBuilder();
    List<String> changes = new ArrayList<>();
    for (int i = 1 + random.nextInt(MOST_CHANGES); i > 0; i--) {
      changes.add(new Mutator(graph, random).change());
    }
    return new Mutant(number, sample, changes, sample.with(graph.build()));
  }

  @Override
  public String toString() {
    return number + " (" + sample.name() + ": " + String.join("; ", changes) + ")";
  }
}
