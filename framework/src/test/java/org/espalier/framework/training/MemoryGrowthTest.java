package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.TinyJobs;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.Normalisation;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.RandomStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A training of many steps needs no more memory than one of few. */
class MemoryGrowthTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int WARM = 200;
  private static final int STEPS = 2_000;
  private static final int MEBI = 1 << 20;

  /** Measures after the steps that it was told, garbage collected. */
  private static final class Meter implements Watcher {
    private long residentWarm;
    private long heapWarm;
    private long residentEnd;
    private long heapEnd;

    @Override
    public void afterStep(long step, int images, double loss) {
      if (step == WARM) {
        heapWarm = heap();
        residentWarm = resident();
      } else if (step == STEPS) {
        heapEnd = heap();
        residentEnd = resident();
      }
    }
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static long resident() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static ImageSet images(int count) {
    RandomStream random = RandomStream.of(4, "memory");
    byte[] pixels = new byte[count * 28 * 28];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    int[] labels = new int[count];
    java.util.Arrays.setAll(labels, i -> i % 10);
    return new ImageSet("memory", 28, 28, 1, 10, pixels, labels);
  }

  @Test
  @Tag("slow")
  void twoThousandStepsTakeNoMoreMemoryThanTwoHundred() {
    assumeTrue(Files.isReadable(STATUS), "only Linux tells resident memory");
    Network network = TestNetworks.network("resnet8", 28, 1, 0.25);
    Dataset data =
        new Dataset(
            "memory", images(800), images(100), Normalisation.none(1), Augmentation.STANDARD);
    TrainingJob job =
        new TrainingJob(
            new Model(network, network.initialise(1)),
            TinyJobs.recipe(STEPS / 100, 8, 0.05),
            data,
            1);
    Meter meter = new Meter();
    TinyJobs.trainer(job, meter).train();
    long resident = meter.residentEnd - meter.residentWarm;
    long heap = meter.heapEnd - meter.heapWarm;
    System.out.printf(
        "memory growth over %d steps: resident %.1f MiB, heap %.2f MiB%n",
        STEPS - WARM, (double) resident / MEBI, (double) heap / MEBI);
    assertThat(meter.residentWarm).isPositive();
    assertThat(resident).as("resident growth").isLessThan(30 * MEBI);
    assertThat(heap).as("heap growth").isLessThan(2 * MEBI);
  }
}
