package org.espalier.lottery;

import dagger.Module;
import dagger.Provides;
import dagger.multibindings.ElementsIntoSet;
import java.util.Set;
import org.espalier.framework.settings.Vocabulary.Kind;

/** What is known by name here. */
@Module
public interface LotteryModule {
  @Provides
  @ElementsIntoSet
  static Set<Kind> kinds() {
    return Kind.all(Ticket.class, LinearPath.class);
  }
}
