package org.espalier.framework;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.espalier.framework.sessions.OpenGraph;
import org.tensorflow.Graph;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;

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

  /** Without one a session takes all processors, and the whole memory of a GPU. */
  @ArchTest
  static final ArchRule SESSIONS_HAVE_A_CONFIGURATION =
      noClasses()
          .should()
          .callConstructor(Session.class, Graph.class)
          .orShould()
          .callMethod(SavedModelBundle.class, "load", String.class, String[].class);

  /** A field's graph would be lost where the rest of the constructor throws. */
  @ArchTest
  static final ArchRule CONSTRUCTORS_TAKE_GRAPHS_THAT_ARE_PREPARED =
      constructors()
          .should(
              new ArchCondition<>("open no graph themselves") {
                @Override
                public void check(JavaConstructor constructor, ConditionEvents events) {
                  constructor.getConstructorCallsFromSelf().stream()
                      .filter(call -> call.getTargetOwner().isEquivalentTo(OpenGraph.class))
                      .filter(call -> !constructor.getOwner().isEquivalentTo(OpenGraph.class))
                      .forEach(
                          call ->
                              events.add(
                                  SimpleConditionEvent.violated(
                                      constructor, call.getDescription())));
                }
              });

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
