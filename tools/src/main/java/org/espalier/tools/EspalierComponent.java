package org.espalier.tools;

import dagger.Component;
import java.util.Set;
import javax.inject.Singleton;
import org.espalier.tools.cli.Command;

/** Everything that the command line is made of. */
@Singleton
@Component(modules = CommandsModule.class)
interface EspalierComponent {
  Set<Command> commands();
}
