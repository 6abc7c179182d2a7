/**
 * In and out: networks as SavedModels for TensorFlow Serving, weights under the names that PyTorch
 * gives them. What crosses the border of this package is a value; graphs and sessions of TensorFlow
 * stay inside one class.
 */
package org.espalier.savedmodels;
