/** How a network is run: data, sessions, training, checkpoints, runs, settings. */
package org.espalier.framework;
