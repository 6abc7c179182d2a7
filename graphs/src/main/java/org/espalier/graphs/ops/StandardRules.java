package org.espalier.graphs.ops;

import dagger.Component;

/** The rules that come with Espalier, for code that no component wires. */
@Component(modules = OpRulesModule.class)
interface StandardRules {
  OpRules rules();
}
