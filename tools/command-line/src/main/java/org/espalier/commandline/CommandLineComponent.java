package org.espalier.commandline;

import dagger.Component;
import jakarta.inject.Singleton;
import java.util.Set;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.commands.CommandsModule;
import org.espalier.framework.data.sources.DataModule;
import org.espalier.graphs.architectures.ArchitecturesModule;
import org.espalier.graphs.ops.rules.OpRulesModule;
import org.espalier.graphs.rewrites.RewritesModule;
import org.espalier.pruning.PruningModule;

/** Everything that the command line is made of. */
@Singleton
@Component(
    modules = {
      OpRulesModule.class,
      RewritesModule.class,
      ArchitecturesModule.class,
      DataModule.class,
      PruningModule.class,
      CommandsModule.class
    })
interface CommandLineComponent {
  Set<Command> commands();
}
