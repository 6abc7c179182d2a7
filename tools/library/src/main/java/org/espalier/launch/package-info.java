/**
 * Processes: starting a JVM with the environment that training needs, and ending one without losing
 * what it was at.
 */
package org.espalier.launch;
