/**
 * The frame that every command stands in: options from settings records, help, exit codes, one line
 * per error, progress. A command is a class that implements {@link
 * org.espalier.commandline.cli.Command} and one Dagger binding into the set of commands.
 */
package org.espalier.commandline.cli;
