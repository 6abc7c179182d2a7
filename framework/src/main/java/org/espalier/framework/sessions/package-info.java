/** The only package that opens TensorFlow sessions. Everything that leaves it is a value. */
package org.espalier.framework.sessions;
