package org.espalier.framework;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** A session lives inside its package and nowhere else. */
@AnalyzeClasses(
    packages = "org.espalier.framework",
    importOptions = ImportOption.DoNotIncludeTests.class)
class WallsTest {
  @ArchTest
  static final ArchRule SESSIONS_KEEP_TENSORFLOW_TO_THEMSELVES =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.espalier.framework.sessions")
          .should()
          .dependOnClassesThat(
              resideInAPackage("org.tensorflow..")
                  .and(resideOutsideOfPackage("org.tensorflow.proto.."))
                  .as("TensorFlow's runtime"));

  @ArchTest
  static final ArchRule STANDS_ON_GRAPHS_ONLY =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.espalier.pruning..",
              "org.espalier.lottery..",
              "org.espalier.savedmodels..",
              "org.espalier.library..",
              "org.espalier.report..",
              "org.espalier.launch..",
              "org.espalier.commandline..");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("org.espalier.framework.(*)..").should().beFreeOfCycles();
}
