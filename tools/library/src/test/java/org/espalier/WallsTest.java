package org.espalier;

import static com.tngtech.archunit.core.domain.JavaModifier.PROTECTED;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The walls of the whole house, as far as a program sees it. */
@AnalyzeClasses(packages = "org.espalier", importOptions = ImportOption.DoNotIncludeTests.class)
class WallsTest {
  /** For those who write graphs and op rules; the file formats are for the house alone. */
  private static final Set<String> INNER =
      Set.of(
          "org.espalier.graphs.ops",
          "org.espalier.graphs.ops.rules",
          "org.espalier.framework.files",
          "org.espalier.framework.sessions",
          "org.espalier.savedmodels.imports");

  private static final Set<String> GRAPH_WRITERS =
      Set.of(
          "Attributes",
          "Combining",
          "GraphBuilder",
          "Kernels",
          "NodeGraph",
          "Quantisers",
          "TensorRef");

  private static final DescribedPredicate<JavaClass> HANDED_OUT =
      DescribedPredicate.describe(
          "are handed out to programs",
          type ->
              type.getModifiers().contains(PUBLIC)
                  && !INNER.contains(type.getPackageName())
                  && !GRAPH_WRITERS.contains(type.getSimpleName()));

  private static boolean isForeign(JavaClass type) {
    String name = type.getBaseComponentType().getName();
    return Stream.of("org.tensorflow.", "com.fasterxml.", "picocli.").anyMatch(name::startsWith);
  }

  private static final ArchCondition<JavaClass> NAME_NO_TYPE_OF_THE_LIBRARIES_BENEATH =
      new ArchCondition<>("name no type of TensorFlow, Jackson or picocli in public") {
        @Override
        public void check(JavaClass type, ConditionEvents events) {
          for (JavaCodeUnit unit : type.getCodeUnits()) {
            if (isOpen(unit.getModifiers())) {
              Stream.concat(
                      Stream.of(unit.getRawReturnType()), unit.getRawParameterTypes().stream())
                  .filter(WallsTest::isForeign)
                  .forEach(
                      f -> events.add(SimpleConditionEvent.violated(type, unit.getFullName())));
            }
          }
          for (JavaField field : type.getFields()) {
            if (isOpen(field.getModifiers()) && isForeign(field.getRawType())) {
              events.add(SimpleConditionEvent.violated(type, field.getFullName()));
            }
          }
        }

        private boolean isOpen(Set<com.tngtech.archunit.core.domain.JavaModifier> modifiers) {
          return modifiers.contains(PUBLIC) || modifiers.contains(PROTECTED);
        }
      };

  @ArchTest
  static final ArchRule THE_LIBRARY_HANDS_OUT_NO_TYPES_OF_OTHERS =
      classes().that(HANDED_OUT).should(NAME_NO_TYPE_OF_THE_LIBRARIES_BENEATH);

  @ArchTest
  static final ArchRule PRUNING_OPENS_NO_SESSION_AND_READS_NO_FILE =
      noClasses()
          .that()
          .resideInAPackage("org.espalier.pruning")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.tensorflow..", "java.nio.channels..", "org.espalier.savedmodels..")
          .orShould()
          .dependOnClassesThat()
          .haveNameMatching("java\\.nio\\.file\\.Files|java\\.io\\.File.*|.*\\.OpenGraph");

  @ArchTest
  static final ArchRule OP_RULES_ARE_HANDED_IN =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.espalier.graphs.ops.rules")
          .should()
          .dependOnClassesThat()
          .haveSimpleName("StandardRules");

  @ArchTest
  static final ArchRule ONE_DOOR_TO_SESSIONS =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.espalier.framework.sessions")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.tensorflow.Session");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("org.espalier.(**)").should().beFreeOfCycles();

  @ArchTest
  static void aClassNameMeansOneThing(JavaClasses all) {
    Map<String, Set<String>> bySimpleName = new TreeMap<>();
    for (JavaClass type : all) {
      boolean outer = type.isTopLevelClass() && !type.getName().contains("package-info");
      boolean generated = type.getSimpleName().matches("Dagger.*|.*_.*");
      if (outer && !generated) {
        bySimpleName
            .computeIfAbsent(type.getSimpleName(), n -> new TreeSet<>())
            .add(type.getName());
      }
    }
    bySimpleName.values().removeIf(names -> names.size() == 1);
    assertThat(bySimpleName).isEmpty();
  }
}
