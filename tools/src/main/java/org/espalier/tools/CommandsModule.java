package org.espalier.tools;

import dagger.Module;
import dagger.multibindings.Multibinds;
import java.util.Set;
import org.espalier.tools.cli.Command;

/** The commands: one {@code @Binds @IntoSet Command} each. */
@Module
interface CommandsModule {
  @Multibinds
  Set<Command> commands();
}
