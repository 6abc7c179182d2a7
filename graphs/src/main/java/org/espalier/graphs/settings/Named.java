package org.espalier.graphs.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name by which people ask for one of several things: an optimiser, a pruning method. The
 * record's components are its settings, its methods are what it does. {@code --optimiser adam
 * --beta1 0.8}, {@code optimiser: adam} and {@code adam(beta1=0.8)} are ways to write one.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Named {
  /** Lower case, words divided by dashes. */
  String value();

  /** One line for people: what it does, and the paper. */
  String description() default "";
}
