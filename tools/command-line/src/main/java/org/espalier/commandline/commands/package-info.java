/** The commands, one class each, on the frame in {@code cli}. */
package org.espalier.commandline.commands;
