package org.espalier.commandline;

import dagger.Component;
import jakarta.inject.Singleton;
import java.util.Set;
import org.espalier.LibraryModule;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.commands.CommandsModule;
import org.espalier.framework.settings.Vocabulary;

/** Everything that the command line is made of. */
@Singleton
@Component(modules = {LibraryModule.class, CommandsModule.class})
interface CommandLineComponent {
  Set<Command> commands();

  Vocabulary words();
}
