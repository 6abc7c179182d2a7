package org.espalier.framework.data.sources;

import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;

/** CIFAR-10, binary version. */
final class Cifar10 extends CifarSource {
  static final String NAME = "cifar10";
  static final String FOLDER = "cifar-10-batches-bin";
  static final String ARCHIVE = "cifar-10-binary.tar.gz";
  static final CifarFormat FORMAT = new CifarFormat(0, 10);

  private static final List<Published> TRAIN =
      List.of(
          new Published(
              "data_batch_1.bin",
              "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
          new Published(
              "data_batch_2.bin",
              "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
          new Published(
              "data_batch_3.bin",
              "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
          new Published(
              "data_batch_4.bin",
              "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
          new Published(
              "data_batch_5.bin",
              "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"));
  private static final List<Published> TEST =
      List.of(
          new Published(
              "test_batch.bin",
              "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"));

  @Inject
  Cifar10() {
    this(HOME, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd");
  }

  Cifar10(URI home, String archiveSha256) {
    super(NAME, FOLDER, FORMAT, TRAIN, TEST, archive(home, ARCHIVE, archiveSha256));
  }

  @Override
  public String description() {
    return "CIFAR-10: 50,000 + 10,000 photographs, 32 x 32 x 3, 10 classes";
  }
}
