/** TBD. */
package org.espalier.savedmodels;
