package org.espalier.savedmodels;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.rewrites.TrainingForm;
import org.tensorflow.proto.NodeDef;

/** What may stand in a graph that is served: what the outputs need, and the saver. */
final class ServingRules {
  private static final Pattern TRAINING =
      Pattern.compile(
          "ResourceApply.*|Apply[A-Z].*|Assign.*|.*Grad(V\\d)?|.*BackpropFilter.*|Random.*|Stateless.*"
              + "|.*CrossEntropy.*|.*Iterator.*|.*Dataset.*");

  private ServingRules() {}

  /**
   * @param index as {@link ServingGraph} makes it
   * @throws BadInputException naming the node that breaks a rule
   */
  static void check(Network network, NodeGraph index, SavedModelExporter.Form form) {
    List<String> ends = new ArrayList<>(network.outputNodes());
    ends.addAll(network.inputNodes());
    Set<String> needed = index.ancestors(ends);
    Set<String> saver = new HashSet<>();
    for (String name : index.ancestors(List.of(ServingGraph.SAVED, ServingGraph.RESTORED))) {
      if (name.startsWith(ServingGraph.PREFIX)) {
        saver.add(name);
      }
    }
    for (NodeDef node : index.nodes()) {
      String name = node.getName();
      if (saver.contains(name)) {
        continue;
      }
      if (!needed.contains(name)) {
        throw refused(network, node, "is needed by no output");
      }
      if (form == SavedModelExporter.Form.AS_IT_IS) {
        continue;
      }
      if (node.containsAttr(NodeGraph.MASKED)) {
        throw refused(network, node, "is a mask that was not multiplied in");
      }
      if (TRAINING.matcher(node.getOp()).matches() || node.containsAttr(TrainingForm.MARK)) {
        throw refused(network, node, "belongs to training");
      }
    }
    checkVariables(network, index);
    if (form == SavedModelExporter.Form.SERVED) {
      checkMasks(network, index);
    }
  }

  private static void checkVariables(Network network, NodeGraph index) {
    Set<String> restored = new HashSet<>();
    for (NodeDef node : index.nodes()) {
      if (node.getOp().equals("AssignVariableOp")) {
        restored.add(node.getInput(0));
      }
    }
    for (NodeDef node : index.nodes()) {
      if (node.getOp().equals("VarHandleOp") && !restored.contains(node.getName())) {
        throw refused(network, node, "would have no value");
      }
      if (node.getOp().startsWith("Variable")) {
        throw refused(network, node, "is a reference variable, which is not saved");
      }
    }
  }

  private static void checkMasks(Network network, NodeGraph index) {
    network
        .parameters(kind -> kind == ParameterKind.MASK)
        .forEach(
            p -> {
              throw refused(network, index.node(p.name()), "is a mask");
            });
  }

  private static BadInputException refused(Network network, NodeDef node, String why) {
    return new BadInputException(
        String.format(
            Locale.ROOT,
            "%s cannot be served: node '%s' (%s) %s",
            network.name(),
            node.getName(),
            node.getOp(),
            why));
  }
}
