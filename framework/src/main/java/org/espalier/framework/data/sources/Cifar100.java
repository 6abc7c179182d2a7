package org.espalier.framework.data.sources;

import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;

/** CIFAR-100, binary version; the labels are the 100 fine ones. */
final class Cifar100 extends CifarSource {
  static final String NAME = "cifar100";
  static final String FOLDER = "cifar-100-binary";
  static final String ARCHIVE = "cifar-100-binary.tar.gz";
  static final CifarFormat FORMAT = new CifarFormat(20, 100);

  private static final List<Published> TRAIN =
      List.of(
          new Published(
              "train.bin", "f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29"));
  private static final List<Published> TEST =
      List.of(
          new Published(
              "test.bin", "d8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a"));

  @Inject
  Cifar100() {
    this(HOME, "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec");
  }

  Cifar100(URI home, String archiveSha256) {
    super(NAME, FOLDER, FORMAT, TRAIN, TEST, archive(home, ARCHIVE, archiveSha256));
  }

  @Override
  public String description() {
    return "CIFAR-100: 50,000 + 10,000 photographs, 32 x 32 x 3, 100 classes";
  }
}
