package org.espalier.graphs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What a network is, knows nothing of how it is run. */
@AnalyzeClasses(packages = "org.espalier", importOptions = ImportOption.DoNotIncludeTests.class)
class WallsTest {
  @ArchTest
  static final ArchRule STANDS_ALONE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.espalier.framework..",
              "org.espalier.pruning..",
              "org.espalier.lottery..",
              "org.espalier.savedmodels..",
              "org.espalier.library..",
              "org.espalier.report..",
              "org.espalier.launch..",
              "org.espalier.commandline..");

  @ArchTest
  static final ArchRule KNOWS_TENSORFLOW_AS_PROTOCOL_BUFFERS_ONLY =
      noClasses()
          .should()
          .dependOnClassesThat(
              com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage(
                      "org.tensorflow..")
                  .and(
                      com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage(
                          "org.tensorflow.proto.."))
                  .as("TensorFlow's runtime"));

  @ArchTest
  static final ArchRule READS_NO_FILE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.nio.file..", "java.nio.channels..")
          .orShould()
          .dependOnClassesThat()
          .haveNameMatching("java\\.io\\.(File|RandomAccessFile).*");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("org.espalier.(**)").should().beFreeOfCycles();
}
