/** Recipes, budgets and the training loop. */
package org.espalier.framework.training;
