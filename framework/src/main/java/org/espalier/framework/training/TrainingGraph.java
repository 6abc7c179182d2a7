package org.espalier.framework.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.espalier.framework.sessions.Gradients;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.framework.sessions.VariableStore;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.rewrites.SmallMapsAsDense;
import org.espalier.graphs.rewrites.TrainingForm;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Writes the graph that trains a network: images scaled, the training form with its loss,
 * gradients, the optimiser's updates, moving statistics; and beside it the same network in
 * inference form on the same variables, to evaluate with. Every node of Espalier's own has a name
 * under {@link OpenGraph#OWN}.
 *
 * @param graph all of it
 * @param variables to set and read the network's parameters
 * @param slots to set and read what the optimiser remembers
 * @param teacher to set the teacher's parameters, if there is one
 */
record TrainingGraph(
    NodeGraph graph, VariableStore variables, VariableStore slots, VariableStore teacher) {
  static final String LEARNING_RATE = OpenGraph.OWN + "learning_rate";
  static final String STEP = OpenGraph.OWN + "step";
  static final String STATISTICS = OpenGraph.OWN + "statistics";
  static final String TEACHER = OpenGraph.OWN + "teacher/";

  private static final AttrValue FLOAT = Attributes.type(DataType.DT_FLOAT);

  static TrainingGraph write(Network whole, Feed feed, Recipe recipe, Loss loss, OpRules rules) {
    GraphBuilder g = new GraphBuilder();
    Network network = own(whole);
    Answers answers = Answers.of(network);
    answers.check(network, feed);
    String scaled = writeFed(g, network, feed, recipe);
    GraphRewrite faster = new SmallMapsAsDense(rules);
    Network training = new TrainingForm().apply(network).then(faster).network();
    copy(g, training, scaled, "");
    List<Parameter> taught = writeLoss(g, answers, loss, feed, scaled);
    copy(g, faster.apply(network).network(), scaled, LossNodes.EVALUATED);
    String evaluated = LossNodes.logits(g, answers, LossNodes.EVALUATED, LossNodes.EVAL);
    LossNodes.labels(g, answers, evaluated, LossNodes.EVAL);

    List<Parameter> trained = whole.trained();
    List<TensorRef> reads =
        trained.stream().map(p -> TensorRef.of(GraphBuilder.readName(p.name()))).toList();
    Gradients gradients =
        Gradients.add(g.build(), TensorRef.of(LossNodes.TRAIN + LossNodes.LOSS), reads);

    GraphBuilder full = new GraphBuilder(gradients.graph());
    List<String> updates = new ArrayList<>(writeStatistics(full, training));
    full.add("NoOp", STATISTICS, Map.of(), all(updates));
    for (int i = 0; i < trained.size(); i++) {
      updates.add(writeUpdate(full, trained.get(i), gradients.of().get(i), recipe));
    }
    full.add("NoOp", STEP, Map.of(), all(updates));
    addIdle(full, whole, network);
    VariableStore variables = VariableStore.addTo(full, whole.parameters());
    VariableStore slots = VariableStore.addTo(full, slots(trained, recipe));
    VariableStore teacher = VariableStore.addTo(full, taught);
    return new TrainingGraph(full.build(), variables, slots, teacher);
  }

  private static String[] all(List<String> updates) {
    return updates.stream().map(u -> "^" + u).toArray(String[]::new);
  }

  /** What is fed. Returns the images, scaled. */
  private static String writeFed(GraphBuilder g, Network network, Feed feed, Recipe recipe) {
    g.placeholder(LossNodes.PIXELS, DataType.DT_UINT8, network.imageShape());
    g.placeholder(LossNodes.LABELS, DataType.DT_INT32, Shape.of(Shape.UNKNOWN));
    g.placeholder(LEARNING_RATE, DataType.DT_FLOAT, Shape.of());
    for (String number : new TreeSet<>(recipe.optimiser().fed(1).keySet())) {
      g.placeholder(Optimiser.fedName(number), DataType.DT_FLOAT, Shape.of());
    }
    return PixelScaling.write(g, LossNodes.PIXELS, feed.scaling());
  }

  /** What is minimised. Returns the parameters of a teacher, if there is one. */
  private static List<Parameter> writeLoss(
      GraphBuilder g, Answers answers, Loss loss, Feed feed, String scaled) {
    String logits = LossNodes.logits(g, answers, "", LossNodes.TRAIN);
    if (!(loss instanceof Loss.Teacher teacher)) {
      LossNodes.labels(g, answers, logits, LossNodes.TRAIN);
      return List.of();
    }
    List<Parameter> taught = copyTeacher(g, teacher.model().network(), scaled);
    LossNodes.hits(g, answers, logits, LossNodes.TRAIN);
    Answers wanted = teacherAnswers(teacher, feed);
    String taughtLogits = LossNodes.logits(g, wanted, TEACHER, OpenGraph.OWN + "taught/");
    LossNodes.distance(g, answers, logits, taughtLogits, teacher.temperature());
    return taught;
  }

  /**
   * The network without what other signatures alone compute: their batch norms see no images of the
   * training.
   */
  private static Network own(Network whole) {
    if (whole.others().isEmpty()) {
      return whole;
    }
    Set<String> kept = whole.needed();
    whole.inputs().values().forEach(ref -> kept.add(ref.node()));
    GraphBuilder g = new GraphBuilder();
    whole.graph().nodes().stream().filter(n -> kept.contains(n.getName())).forEach(g::add);
    return whole.withGraph(g.build()).withOthers(List.of());
  }

  /** What other signatures alone need is no part of the training, but is set and read as well. */
  private static void addIdle(GraphBuilder g, Network whole, Network own) {
    List<Parameter> idle = new ArrayList<>(whole.parameters());
    idle.removeAll(own.parameters());
    idle.forEach(g::parameter);
  }

  /** All that an optimiser, or a penalty in its place, remembers of these parameters. */
  static List<Parameter> slots(List<Parameter> trained, Recipe recipe) {
    List<Parameter> slots = new ArrayList<>();
    for (String slot : recipe.optimiser().slots()) {
      trained.stream()
          .filter(p -> recipe.proximal(p).isEmpty())
          .forEach(p -> slots.add(Optimiser.slotOf(slot, p)));
    }
    trained.stream()
        .filter(p -> recipe.proximal(p).isPresent())
        .forEach(p -> slots.add(Optimiser.slotOf(ProximalStep.VELOCITY, p)));
    return slots;
  }

  private static Answers teacherAnswers(Loss.Teacher teacher, Feed feed) {
    Answers answers = Answers.of(teacher.model().network());
    answers.check(teacher.model().network(), feed);
    return answers;
  }

  /** A teacher beside the network, with variables of its own. Returns its parameters there. */
  private static List<Parameter> copyTeacher(GraphBuilder g, Network teacher, String images) {
    copy(g, teacher, images, TEACHER);
    return teacher.parameters().stream().map(p -> p.named(TEACHER + p.name())).toList();
  }

  /** The network's nodes under a prefix, with the scaled images in place of its input. */
  static void copy(GraphBuilder g, Network network, String images, String prefix) {
    copy(g, network.graph().nodes(), network.images().node(), images, prefix);
  }

  /** Some nodes of a network, with the scaled images in place of its input. */
  static void copy(
      GraphBuilder g, List<NodeDef> nodes, String input, String images, String prefix) {
    for (NodeDef node : nodes) {
      if (node.getName().equals(input)) {
        g.add("Identity", prefix + input, Map.of("T", FLOAT), images);
        continue;
      }
      NodeDef.Builder copy = node.toBuilder().setName(prefix + node.getName()).clearInput();
      if (prefix.equals(TEACHER) && node.containsAttr("shared_name")) {
        copy.putAttr("shared_name", Attributes.text(prefix + node.getName()));
      }
      for (String in : node.getInputList()) {
        copy.addInput(TensorRef.isControl(in) ? "^" + prefix + in.substring(1) : prefix + in);
      }
      g.add(copy.build());
    }
  }

  /** Batch norm's outputs 1 and 2 are the next moving mean and variance. */
  private static List<String> writeStatistics(GraphBuilder g, Network training) {
    NodeGraph index = training.graph();
    List<String> updates = new ArrayList<>();
    for (NodeDef norm : index.nodes()) {
      if (!norm.getOp().equals("FusedBatchNormV3")) {
        continue;
      }
      for (int output = 1; output <= 2; output++) {
        String variable = index.parameterBehind(TensorRef.parse(norm.getInput(output + 2)));
        updates.add(
            g.add(
                "AssignVariableOp",
                OpenGraph.OWN + "update/" + variable,
                Map.of("dtype", FLOAT),
                variable,
                norm.getName() + ":" + output));
      }
    }
    return updates;
  }

  /** The optimiser's update by the gradient with weight decay and penalties. */
  private static String writeUpdate(
      GraphBuilder g, Parameter p, TensorRef gradient, Recipe recipe) {
    Optional<Penalty> proximal = recipe.proximal(p);
    if (proximal.isPresent()) {
      g.parameter(Optimiser.slotOf(ProximalStep.VELOCITY, p));
      return ProximalStep.write(g, p, gradient, proximal.get().strength());
    }
    recipe.optimiser().slots().forEach(slot -> g.parameter(Optimiser.slotOf(slot, p)));
    String whole = gradient.toString();
    float decay = (float) recipe.weightDecay();
    if (decay != 0) {
      String name = OpenGraph.OWN + "decay/" + p.name();
      String rate = g.constant(name, ShapedArray.scalar(decay));
      String term = g.addFloat("Mul", name + "/w", GraphBuilder.readName(p.name()), rate);
      whole = Optimiser.sum(g, p, name + "/sum", whole, term);
    }
    int i = 0;
    for (Penalty penalty : recipe.penalties()) {
      whole = penalty.addTo(g, p, whole, OpenGraph.OWN + "penalty_" + i++ + "/" + p.name());
    }
    return recipe.optimiser().update(new Optimiser.Update(g, p, TensorRef.parse(whole)));
  }
}
