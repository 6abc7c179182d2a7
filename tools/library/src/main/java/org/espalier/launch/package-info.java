/** Starting the JVM with the environment that training needs. */
package org.espalier.launch;
