/**
 * Files that are never seen half-written, who wrote them, and the formats: JSON, CSV, safetensors,
 * NumPy. Needs no TensorFlow.
 */
package org.espalier.framework.files;
