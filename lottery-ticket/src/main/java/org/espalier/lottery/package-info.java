/**
 * Winning ticket against random initialisation: Frankle and Carbin 2019, "The Lottery Ticket
 * Hypothesis", and Liu et al. 2019, "Rethinking the Value of Network Pruning", section 6. A lottery
 * draws a plan; its tickets are where trainings start from.
 */
package org.espalier.lottery;
