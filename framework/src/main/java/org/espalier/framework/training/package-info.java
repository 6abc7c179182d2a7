/**
 * How a network is trained: recipes, optimisers, penalties, interventions, budgets, and the loop,
 * which can be stopped and taken up between any two steps. Keeps nothing itself: what becomes of
 * its states is up to a {@link org.espalier.framework.training.Trainer.Keeper}.
 */
package org.espalier.framework.training;
