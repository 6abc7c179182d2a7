/**
 * How a record says that it holds settings. What follows from it (flags, YAML, help, hash) is the
 * business of whoever reads and runs; here are only the words.
 */
package org.espalier.graphs.settings;
