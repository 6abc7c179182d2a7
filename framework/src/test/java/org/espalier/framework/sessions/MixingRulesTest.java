package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.espalier.framework.sessions.SmallNetworks.in;

import java.util.function.BiFunction;
import java.util.function.Function;
import org.espalier.framework.TestNetworks;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.DataType;

/** Masked equals removed on ops that move, add up, rank or pick what lies along an axis. */
class MixingRulesTest {
  /** One network for each thing that rules must get right. */
  enum Case {
    FLIPPED(n -> second(n, n.along("ReverseV2", n.first(), "f", 1, -2))),
    /** The layer behind reads the channels from the other end. */
    FLIPPED_CHANNELS(n -> second(n, n.along("ReverseV2", n.first(), "f", 3, 1))),
    ROLLED(n -> second(n, n.roll(n.first(), "r", 2, 1, 2))),
    RUNNING_SUM(n -> second(n, n.running("Cumsum", n.first(), "c", 1, false, false))),
    RUNNING_SUM_BACKWARDS(n -> second(n, n.running("Cumsum", n.first(), "c", -2, true, true))),
    RUNNING_PRODUCT(n -> second(n, n.running("Cumprod", n.first(), "c", 1, false, false))),
    RUNNING_PRODUCT_FROM_ONE(n -> second(n, n.running("Cumprod", n.first(), "c", 2, true, true))),
    RUNNING_LOG_OF_SUMS(
        n -> second(n, n.running("CumulativeLogsumexp", n.first(), "c", 1, false, true))),
    PARTS_FLIPPED(
        n -> {
          String lengths = n.vector("lengths", 6, 3, 1, 4);
          String flipped =
              n.add(
                  "ReverseSequence",
                  "f",
                  in(n.first(), lengths),
                  "Tlen",
                  Attributes.type(DataType.DT_INT32),
                  "seq_dim",
                  Attributes.number(1),
                  "batch_dim",
                  Attributes.number(0));
          return second(n, flipped);
        }),
    BAND_OF_PIXELS(
        n -> {
          String first = n.transpose(n.first(), "t", 0, 3, 1, 2);
          String band =
              n.add(
                  "MatrixBandPart",
                  "band",
                  in(first, n.scalar("low", 1), n.scalar("up", 2)),
                  "Tindex",
                  Attributes.type(DataType.DT_INT32));
          return second(n, n.transpose(band, "back", 0, 2, 3, 1));
        }),
    CONTRAST(n -> second(n, n.elementwise("AdjustContrastv2", "c", n.first(), n.real("by", 1.5f)))),
    LARGEST_PIXELS(
        n -> {
          String first = n.transpose(n.first(), "t", 0, 1, 3, 2);
          return second(n, n.transpose(n.largest(first, "k", 4), "back", 0, 1, 3, 2));
        }),
    WHERE_THE_LARGEST_ARE(
        n -> {
          n.largest(n.transpose(n.first(), "t", 0, 1, 3, 2), "k", 4);
          String where = n.floats("k:1", DataType.DT_INT32);
          return second(n, n.transpose(where, "back", 0, 1, 3, 2));
        }),
    WHERE_THE_LARGEST_IS(
        n -> {
          String where = n.elementwise("ArgMax", "w", n.first(), n.scalar("axis", 1));
          String row = n.expand(n.floats(where, DataType.DT_INT64), "row", 1);
          return n.last(row, 8);
        }),
    PATCHES(n -> n.last(n.conv(patches(n, "VALID", 2, 3, 2), "b", 48, 4), 4)),
    PATCHES_PADDED(n -> n.last(n.conv(patches(n, "SAME", 3, 1, 2), "b", 24, 4), 4)),
    BOXES(n -> n.dense(n.mean(boxes(n, n.first(), 0f)), 8));

    private final Function<SmallNetworks, String> write;

    Case(Function<SmallNetworks, String> write) {
      this.write = write;
    }

    /** Places matter to a layer that reads pixels and their neighbours. */
    private static String second(SmallNetworks n, String in) {
      return n.last(n.conv(in, "b", 8, 4), 4);
    }
  }

  private static String patches(SmallNetworks n, String padding, int rows, int columns, int rate) {
    return n.add(
        "ExtractImagePatches",
        "p",
        in(n.first()),
        "ksizes",
        Attributes.numbers(1, rows, columns, 1),
        "strides",
        Attributes.numbers(1, 2, 1, 1),
        "rates",
        Attributes.numbers(1, rate, 1, 1),
        "padding",
        Attributes.text(padding));
  }

  /** Of four images the first and the last, twice; some of it beside the image. */
  private static String boxes(SmallNetworks n, String in, float beside) {
    String boxes = n.values("boxes", 4, 4);
    return n.add(
        "CropAndResize",
        "boxed",
        in(in, boxes, n.vector("of", 0, 3, 3, 0), n.vector("size", 5, 3)),
        "extrapolation_value",
        Attributes.real(beside));
  }

  @ParameterizedTest
  @EnumSource
  void maskedEqualsRemoved(Case one) {
    Removal.holds(SmallNetworks.of(one.write));
  }

  /** Windows of two rows with one between them, and three columns; four boxes of any images. */
  @Test
  void shapesAreThoseThatTheOpsMake() {
    assertThat(shape(Case.PATCHES, "p")).isEqualTo(Shape.of(-1, 2, 4, 48));
    assertThat(shape(Case.PATCHES_PADDED, "p")).isEqualTo(Shape.of(-1, 3, 6, 24));
    assertThat(shape(Case.BOXES, "boxed")).isEqualTo(Shape.of(4, 5, 3, 8));
    assertThat(shape(Case.LARGEST_PIXELS, "k")).isEqualTo(Shape.of(-1, 6, 8, 4));
    assertThat(shape(Case.WHERE_THE_LARGEST_ARE, "k:1")).isEqualTo(Shape.of(-1, 6, 8, 4));
    assertThat(shape(Case.WHERE_THE_LARGEST_IS, "w")).isEqualTo(Shape.of(-1, 6, 8));
  }

  private static Shape shape(Case one, String tensor) {
    return ChannelAnalysis.of(SmallNetworks.of(one.write), TestNetworks.WIRED.rules())
        .facts()
        .shape(TensorRef.parse(tensor))
        .orElseThrow();
  }

  /** What each of them does along the channels keeps them, and the reason names the node. */
  @ParameterizedTest
  @CsvSource({
    "Roll, rolls it",
    "Cumsum, adds up along it",
    "Cumprod, adds up along it",
    "CumulativeLogsumexp, adds up along it",
    "MatrixBandPart, keeps a band of it",
    "ReverseSequence, reverses parts of it",
    "AdjustContrastv2, takes its mean",
    "TopKV2, ranks it",
    "ArgMax, reduces over it",
    "ArgMin, reduces over it"
  })
  void alongTheChannelsTheyKeepThem(String op, String what) {
    Network network =
        SmallNetworks.of(
            n -> {
              String x = n.first();
              String made =
                  switch (op) {
                    case "Roll" -> n.roll(x, "m", 1, -1);
                    case "MatrixBandPart" ->
                        n.elementwise(op, "m", x, n.scalar("low", 1), n.scalar("up", 1));
                    case "ReverseSequence" ->
                        n.add(
                            op,
                            "m",
                            in(x, n.vector("lengths", 3)),
                            "seq_dim",
                            Attributes.number(3));
                    case "AdjustContrastv2" -> {
                      String turned = n.transpose(x, "t", 0, 3, 1, 2);
                      String adjusted = n.elementwise(op, "m", turned, n.real("by", 1.5f));
                      yield n.transpose(adjusted, "back", 0, 2, 3, 1);
                    }
                    case "TopKV2" -> n.largest(x, "m", 8);
                    case "ArgMax", "ArgMin" -> n.elementwise(op, "m", x, n.scalar("axis", -1));
                    default -> n.running(op, x, "m", 3, false, false);
                  };
              return op.startsWith("Arg") ? made : n.last(made, 8);
            });
    assertThat(Removal.reason(network, "a")).isEqualTo("'m' " + what);
  }

  /** An axis that is known at run time only may be any. */
  @Test
  void whatIsTurnedAlongAnUnknownAxisStays() {
    Network network =
        SmallNetworks.of(
            n -> {
              String x = n.first();
              String axis = n.reshape(n.batch(x, "batch"), "axis", 1);
              return n.last(n.elementwise("ReverseV2", "f", x, axis), 8);
            });
    assertThat(Removal.reason(network, "a"))
        .isEqualTo("how op ReverseV2 works is only known at run time (node 'f')");
  }

  /**
   * A sum over channels may go without those that are zero in it: of zeros, each of these makes
   * zeros, or it does not.
   */
  @ParameterizedTest
  @CsvSource({
    "ReverseV2, true",
    "Roll, true",
    "Cumsum, true",
    "Cumprod, true",
    "Cumprod from one, false",
    "CumulativeLogsumexp, false",
    "AdjustContrastv2, true",
    "TopKV2, true",
    "TopKV2 indices, false",
    "ExtractImagePatches, true",
    "CropAndResize, true",
    "CropAndResize beside, false",
    "Maximum of 0, true",
    "Maximum of 1, false",
    "PadV2 of 0, true",
    "PadV2 of 1, false",
    "Fill of 0, true",
    "Fill of 1, false"
  })
  void whatIsMadeOfSilenceIsSilentOrNot(String op, boolean silent) {
    Network network =
        SmallNetworks.of(
            n -> {
              BiFunction<String, Boolean, String> running =
                  (kind, one) -> n.running(kind, n.first(), "m", 1, one, false);
              String made =
                  switch (op) {
                    case "ReverseV2" -> n.along(op, n.first(), "m", 1);
                    case "Roll" -> n.roll(n.first(), "m", 1, 1);
                    case "Cumprod from one" -> running.apply("Cumprod", true);
                    case "AdjustContrastv2" ->
                        n.elementwise(op, "m", n.first(), n.real("by", 1.5f));
                    case "TopKV2", "TopKV2 indices" -> {
                      n.largest(n.transpose(n.first(), "t", 0, 1, 3, 2), "m", 6);
                      String of = op.equals("TopKV2") ? "m" : n.floats("m:1", DataType.DT_INT32);
                      yield n.transpose(of, "back", 0, 1, 3, 2);
                    }
                    case "ExtractImagePatches" -> patches(n, "SAME", 2, 1, 1);
                    case "Maximum of 0", "Maximum of 1" ->
                        n.elementwise("Maximum", "m", n.first(), number(n, op));
                    case "PadV2 of 0", "PadV2 of 1" -> {
                      String table = n.paddings("table", 0, 0, 0, 0, 0, 0, 0, 0);
                      yield n.elementwise("PadV2", "m", n.first(), table, number(n, op));
                    }
                    case "Fill of 0", "Fill of 1" -> {
                      String all =
                          n.elementwise("Fill", "all", n.vector("size", 1, 6, 6, 8), number(n, op));
                      yield n.elementwise("AddV2", "m", n.first(), all);
                    }
                    case "CropAndResize" -> boxes(n, n.first(), 0f);
                    case "CropAndResize beside" -> boxes(n, n.first(), 1f);
                    default -> running.apply(op, false);
                  };
              int rows = op.startsWith("Crop") ? 15 : op.startsWith("Extract") ? 18 : 36;
              int channels = op.startsWith("Extract") ? 16 : 8;
              String flat = n.reshape(made, "rows", -1, rows, channels);
              return n.dense(n.einsum("e", "abc,abc->ab", flat, flat), rows);
            });
    assertThat(Removal.reason(network, "a"))
        .isEqualTo(silent ? "" : "'e' sums over it, where a removed channel would not be zero");
  }

  /** The number that ends the name of a case. */
  private static String number(SmallNetworks n, String of) {
    return n.real("number", of.charAt(of.length() - 1) - '0');
  }

  /** To a sum of squares what is zero adds nothing; what a sigmoid makes of zero does. */
  @ParameterizedTest
  @CsvSource({"Sum", "EuclideanNorm", "Any"})
  void sumsOverChannelsGoWithoutThoseThatAreZero(String op) {
    Removal.holds(SmallNetworks.of(n -> normalised(n, op, n.first())));
    Network never =
        SmallNetworks.of(n -> normalised(n, op, n.elementwise("Sigmoid", "s", n.first())));
    assertThat(Removal.reason(never, "a")).isEqualTo("'sum' reduces over it");
  }

  /** Divided by one number for each pixel, to which all channels add. */
  private static String normalised(SmallNetworks n, String op, String x) {
    String read =
        switch (op) {
          case "Sum" -> n.elementwise("Square", "square", x);
          case "Any" -> n.elementwise("Greater", "positive", x, n.elementwise("ZerosLike", "z", x));
          default -> x;
        };
    String sum = n.overChannels(op, "sum", read);
    String numbers = op.equals("Any") ? n.floats(sum, DataType.DT_BOOL) : sum;
    String more = n.elementwise("AddV2", "more", numbers, n.real("one", 1));
    return n.last(n.elementwise("RealDiv", "normalised", x, more), 8);
  }

  /** A filter that is the same for all channels, as blurs have it, is repeated less often. */
  @Test
  void aKernelThatIsRepeatedForEachChannelShrinks() {
    Removal.holds(
        SmallNetworks.of(
            n -> {
              String filter = n.values("filter", 3, 3, 1, 2);
              String kernel = n.tile(filter, "kernel", 1, 1, 8, 1);
              return n.last(n.conv(n.depthwiseBy(n.first(), "d", kernel), "b", 16, 4), 4);
            }));
  }

  /** One number for all channels, made as wide as they are. */
  @Test
  void aConstantThatIsBroadcastIsNoChannel() {
    Removal.holds(
        SmallNetworks.of(
            n -> {
              String size = n.vector("size", 1, 6, 6, 8);
              String wide = n.broadcast(n.values("one", 6, 1), "wide", size);
              return n.last(n.conv(n.elementwise("AddV2", "s", n.first(), wide), "b", 8, 4), 4);
            }));
  }

  /** {@code b, h, w, c = tf.unstack(tf.shape(x))}, and rows of {@code [b, h * w, c]}. */
  @Test
  void sizesThatAreTakenApartAreKnown() {
    Network network =
        SmallNetworks.of(
            n -> {
              String x = n.first();
              n.unpackedShape(x, "s", 4);
              String pixels = n.integers("Mul", "pixels", "s:1", "s:2");
              String size = n.pack("size", "s", pixels, "s:3");
              return n.dense(n.mean(n.reshapeTo(x, "rows", size), false, 1), 8);
            });
    assertThat(
            ChannelAnalysis.of(network, TestNetworks.WIRED.rules())
                .facts()
                .shape(TensorRef.of("rows")))
        .contains(Shape.of(Shape.UNKNOWN, 36, 8));
    Removal.holds(network);
  }
}
