/**
 * Files that are never seen half-written, and the formats that arrays travel in: safetensors and
 * NumPy. Needs no TensorFlow.
 */
package org.espalier.framework.files;
