/**
 * What to remove from a network: the pruning methods. All of it is pure: a decision follows from
 * the network, its weights and the settings; no session is opened and no file is read.
 */
package org.espalier.pruning;
