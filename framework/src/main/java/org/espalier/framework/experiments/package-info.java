/**
 * What is done once and found again. A {@link org.espalier.framework.experiments.Task} is a record
 * of settings whose hash names its run in a {@link org.espalier.framework.experiments.Store}; a
 * {@link org.espalier.framework.experiments.Plan} is arms and seeds; {@link
 * org.espalier.framework.experiments.Workers} make what is ready.
 */
package org.espalier.framework.experiments;
