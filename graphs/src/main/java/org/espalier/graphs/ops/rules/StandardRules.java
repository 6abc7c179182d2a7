package org.espalier.graphs.ops.rules;

import dagger.Component;
import org.espalier.graphs.ops.OpRules;

/** The rules that come with Espalier and those of users, for code that no component wires. */
@Component(modules = OpRulesModule.class)
public interface StandardRules {
  static OpRules create() {
    return DaggerStandardRules.create().rules();
  }

  OpRules rules();
}
