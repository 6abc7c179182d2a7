package org.espalier.framework.experiments;

/** Hears how many things of a kind are done. */
public interface Tally extends AutoCloseable {
  /** One more is done. */
  default void one() {}

  /** All are done, or no more will be. */
  @Override
  default void close() {}
}
