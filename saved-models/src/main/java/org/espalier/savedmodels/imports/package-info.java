/** Turns the SavedModels and frozen graphs of others into networks with weights. */
package org.espalier.savedmodels.imports;
