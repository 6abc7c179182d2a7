package org.espalier.framework.data.sources;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.espalier.framework.data.ImageSet;

/** Writes the binary CIFAR format. */
final class CifarFiles {
  static final List<String> CIFAR10 =
      List.of(
          "data_batch_1.bin",
          "data_batch_2.bin",
          "data_batch_3.bin",
          "data_batch_4.bin",
          "data_batch_5.bin",
          "test_batch.bin");
  static final List<String> CIFAR100 = List.of("train.bin", "test.bin");

  private CifarFiles() {}

  /** Records of a set; with a coarse label of 19 first if there are 100 classes. */
  static byte[] records(ImageSet set) {
    int labelBytes = set.classes() == 100 ? 2 : 1;
    byte[] records = new byte[set.size() * (labelBytes + 3072)];
    int to = 0;
    for (int i = 0; i < set.size(); i++) {
      if (labelBytes == 2) {
        records[to++] = 19;
      }
      records[to++] = (byte) set.labels()[i];
      for (int c = 0; c < 3; c++) {
        for (int p = 0; p < 1024; p++) {
          records[to++] = set.pixels()[(i * 1024 + p) * 3 + c];
        }
      }
    }
    return records;
  }

  /** Spreads a set over the named files, as many images in each. */
  static void write(Path folder, List<String> names, ImageSet set) throws IOException {
    Files.createDirectories(folder);
    byte[] records = records(set);
    int each = records.length / names.size();
    for (int f = 0; f < names.size(); f++) {
      byte[] part = java.util.Arrays.copyOfRange(records, f * each, (f + 1) * each);
      Files.write(folder.resolve(names.get(f)), part);
    }
  }
}
