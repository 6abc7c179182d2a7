package org.espalier.framework.experiments;

import org.espalier.graphs.Network;

/**
 * What will come of a task that is not made, as far as it can be told: a network whose sizes are
 * right, if weights do not decide them.
 *
 * @param flopsBefore FLOPs for one image before the network was cut; 0 if it was not
 */
public record Preview(Network network, long flopsBefore) {}
