package org.espalier.commandline;

import dagger.Component;
import jakarta.inject.Singleton;
import org.espalier.LibraryModule;
import org.espalier.commandline.cli.Commands;
import org.espalier.commandline.commands.CommandsModule;

/** Everything that the command line is made of. */
@Singleton
@Component(modules = {LibraryModule.class, CommandsModule.class})
interface CommandLineComponent extends Commands {}
