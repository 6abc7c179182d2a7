package org.espalier.framework.experiments;

/**
 * One row of an experiment: a task with a name and a seed. Two arms may share a task.
 *
 * @param name lower case; parts divided by slashes where several things vary
 */
public record Arm(String name, long seed, Task task) {}
