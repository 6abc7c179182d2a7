package org.espalier.graphs.rewrites;

import jakarta.inject.Inject;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.ops.OpRules;

/**
 * Each residual branch is multiplied by a trained number, one at first, before it is added to its
 * shortcut: Huang and Wang 2018, Data-Driven Sparse Structure Selection, section 3.2. A branch that
 * has such a scale keeps it. Carried weights get scales of one.
 */
public final class InsertBranchScales implements GraphRewrite {
  private final OpRules rules;

  @Inject
  public InsertBranchScales(OpRules rules) {
    this.rules = rules;
  }

  @Override
  public String name() {
    return "insert-branch-scales";
  }

  @Override
  public String description() {
    return "each residual branch is multiplied by a trained scale, one at first";
  }

  @Override
  public Rewritten apply(Network network) {
    GraphEdit edit = new GraphEdit(network);
    Map<String, ShapedArray> ones = new TreeMap<>();
    for (Branches.Branch branch : Branches.of(network, rules)) {
      if (branch.scale().isEmpty()) {
        String product = edit.unused(branch.sum() + "/branch");
        Parameter scale =
            new Parameter(
                product + "/scale", Shape.of(), ParameterKind.BRANCH_SCALE, Initializer.ones());
        String branched = edit.node(branch.sum()).getInput(branch.side());
        edit.addBefore(
            branch.sum(),
            GraphBuilder.variable(scale),
            GraphBuilder.read(scale.name()),
            ScaleNodes.product(product, branched, scale));
        edit.set(branch.sum(), branch.side(), product);
        ones.put(scale.name(), ShapedArray.scalar(1f));
      }
    }
    return new Rewritten(edit.build(), w -> w.with(Weights.of(ones)));
  }
}
