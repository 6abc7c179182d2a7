package org.espalier.framework.experiments;

/**
 * Who runs the ready tasks of a plan: this process, several processes, a cluster. What comes out
 * does not depend on them. Another kind of workers is one more implementation.
 */
public interface Workers {
  /** How many tasks they make at once. */
  int atOnce();

  /**
   * Makes a task in the store, or finds it made. Called from as many threads as tasks are made at
   * once.
   *
   * @return false if another process is at it
   * @throws RuntimeException what went wrong with this task, after as many tries as are worth it
   */
  boolean make(Task task);

  /** Tasks are made in this process, one after another. */
  static Workers here(Maker maker) {
    return new Workers() {
      @Override
      public int atOnce() {
        return 1;
      }

      @Override
      public boolean make(Task task) {
        return maker.tryMake(task).isPresent();
      }
    };
  }
}
