package org.espalier.savedmodels.imports;

/**
 * Where in a checkpoint a variable's value lies.
 *
 * @param slice which part of the stored tensor; empty means all of it
 */
record CheckpointKey(String name, String slice) {}
