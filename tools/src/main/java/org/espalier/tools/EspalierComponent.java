package org.espalier.tools;

import dagger.Component;
import java.util.Set;
import javax.inject.Singleton;
import org.espalier.framework.data.DataModule;
import org.espalier.graphs.architectures.ArchitecturesModule;
import org.espalier.graphs.ops.OpRulesModule;
import org.espalier.graphs.rewrites.RewritesModule;
import org.espalier.pruning.PruningModule;
import org.espalier.tools.cli.Command;
import org.espalier.tools.commands.CommandsModule;

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
interface EspalierComponent {
  Set<Command> commands();
}
