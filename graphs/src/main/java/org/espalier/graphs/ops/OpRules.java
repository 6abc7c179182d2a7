package org.espalier.graphs.ops;

import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rules by op name. An op without a rule is kept whole on all sides, and the rest can be cut.
 */
public final class OpRules {
  private final Map<String, OpRule> byOp = new HashMap<>();

  @Inject
  public OpRules(Set<OpRule> rules) {
    for (OpRule rule : rules) {
      for (String op : rule.ops()) {
        OpRule other = byOp.put(op, rule);
        if (other != null) {
          throw new IllegalStateException(
              "two rules for op " + op + ": " + rule.getClass() + " and " + other.getClass());
        }
      }
    }
  }

  public boolean has(String op) {
    return byOp.containsKey(op);
  }

  public OpRule rule(String op) {
    return byOp.getOrDefault(op, WITHOUT_RULE);
  }

  private static final OpRule WITHOUT_RULE =
      new OpRule() {
        @Override
        public Set<String> ops() {
          return Set.of();
        }

        @Override
        public List<TensorFacts> infer(Op op) {
          return List.of();
        }

        @Override
        public List<Axes> link(Op op, Links links) {
          String reason =
              "there is no rule for op " + op.node().getOp() + " (node '" + op.name() + "')";
          for (int i = 0; i < op.inputs().size(); i++) {
            links.keepWhole(links.in(i), reason);
          }
          return List.of();
        }
      };
}
