/**
 * What a network is: immutable values, the architectures of the paper, channel analysis and graph
 * rewrites.
 *
 * <p>Nothing here opens a session or reads a file, and nothing loads TensorFlow's native library: a
 * network is a protocol buffer.
 */
package org.espalier.graphs;
