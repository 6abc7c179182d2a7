/**
 * Choosing the channels of a group by what the layers that read them make of them, and changing
 * those layers so that what stays makes up for what goes. Opens no session, reads no file.
 */
package org.espalier.pruning.reconstruction;
