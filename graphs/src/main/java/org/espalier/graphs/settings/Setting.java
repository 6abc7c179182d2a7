package org.espalier.graphs.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One component of a settings record. The component {@code learningRate} is the flag {@code
 * --learning-rate} and the YAML key {@code learning-rate} ({@code learningRate} works there too).
 *
 * <p>Types: {@code String int long double boolean}, enums, {@code Path}, any type with a static
 * {@code parse(String)} and a {@code toString()} that it reads back, {@code Optional} and {@code
 * List} of these, records whose components carry this annotation, and interfaces whose
 * implementations are records with a {@link Named name}.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Setting {
  /** Stands for "no default", because an annotation cannot hold null and "" is a value. */
  String NONE = "\0";

  /**
   * Help text: one or two sentences. {@code {presets}} stands for the names that are bound under
   * that word. Empty only for a nested record.
   */
  String value();

  /**
   * The default, written as on the command line. Without one, a component must be given, except
   * that an {@code Optional} or {@code List} is then empty and a {@code boolean} false.
   */
  String defaultValue() default NONE;

  /** The default of a component that is one of several things: the named record. */
  Class<? extends Record> standard() default Record.class;

  /** True for a list that must not be left out. */
  boolean required() default false;

  /**
   * False for what cannot change a result: where to write, how often to report. Such a setting
   * stays out of the canonical form and of the hash.
   */
  boolean identity() default true;

  /**
   * On a nested record, or one of several things: true puts its settings among those of the outer
   * record, {@code --epochs} instead of {@code --recipe.epochs}.
   */
  boolean inline() default false;
}
