package org.espalier.framework.experiments;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/** Workers that only write down what they are given, each task when it is done. */
final class Recorder implements Workers {
  final List<String> made = Collections.synchronizedList(new ArrayList<>());
  private final int atOnce;
  private final Predicate<String> work;

  Recorder(int atOnce, Predicate<String> work) {
    this.atOnce = atOnce;
    this.work = work;
  }

  @Override
  public int atOnce() {
    return atOnce;
  }

  @Override
  public boolean make(Task task) {
    boolean done = work.test(task.title());
    if (done) {
      made.add(task.title());
    }
    return done;
  }
}
