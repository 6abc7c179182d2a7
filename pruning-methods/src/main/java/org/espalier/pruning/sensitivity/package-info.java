/**
 * How much of a network's accuracy each channel group holds: Li et al. 2017, "Pruning Filters for
 * Efficient ConvNets", section 3.2. {@link org.espalier.pruning.sensitivity.Sensitivity} is the
 * task that measures it, {@link org.espalier.pruning.sensitivity.Proposal} what follows for a
 * pruning.
 */
package org.espalier.pruning.sensitivity;
