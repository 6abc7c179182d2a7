package org.espalier.graphs.ops;

import dagger.Reusable;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.graphs.NodeGraph;

/**
 * The rules by op name. An op without a rule is kept whole on all sides, and the rest can be cut.
 */
@Reusable
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

  private OpRules(Map<String, OpRule> byOp) {
    this.byOp.putAll(byOp);
  }

  /** The same rules, of which each that works in groups lets them go as a whole. */
  public OpRules wholeGroups() {
    Map<String, OpRule> whole = new HashMap<>();
    byOp.forEach((op, rule) -> whole.put(op, rule.wholeGroups()));
    return new OpRules(whole);
  }

  public boolean has(String op) {
    return byOp.containsKey(op);
  }

  /** Whether there is a rule for the op, and it can speak for the node. */
  boolean applies(Op op) {
    OpRule rule = byOp.get(op.node().getOp());
    return rule != null && rule.applies(op);
  }

  /** The rule that can speak for a node: its op's, or one that keeps all that it touches whole. */
  public OpRule rule(Op op) {
    OpRule rule = byOp.get(op.node().getOp());
    boolean list = rule == null && op.node().getOp().startsWith("TensorList");
    if (list || op.node().containsAttr(NodeGraph.FUNCTIONS)) {
      return new KeepWhole("a loop or branch reads it");
    }
    if (rule == null) {
      return new KeepWhole("there is no rule for op " + op.node().getOp());
    }
    if (rule.applies(op)) {
      return rule;
    }
    return new KeepWhole(
        op.isRanked()
            ? "how op " + op.node().getOp() + " works is only known at run time"
            : "the shape of what op " + op.node().getOp() + " reads is unknown");
  }

  /**
   * A rule for a node that is not to be looked into: it keeps all that it touches whole.
   *
   * @param why for people, such as "it is too large"
   */
  public static OpRule wholly(String why) {
    return new KeepWhole(why);
  }

  /** Knows nothing of the outputs. */
  private record KeepWhole(String why) implements OpRule {
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
      String reason = why + " (node '" + op.name() + "')";
      for (int i = 0; i < op.inputs().size(); i++) {
        links.keepWhole(links.in(i), reason);
      }
      return List.of();
    }
  }
}
