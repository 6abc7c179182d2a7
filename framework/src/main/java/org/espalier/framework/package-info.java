/**
 * How a network is run: data, sessions, training, what a method may look at, the files of a run,
 * and experiments, which are made once and found again.
 */
package org.espalier.framework;
