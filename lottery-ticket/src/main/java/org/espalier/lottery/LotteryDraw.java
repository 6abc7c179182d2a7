package org.espalier.lottery;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.experiments.Fresh;
import org.espalier.framework.experiments.Result;
import org.espalier.framework.experiments.Source;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.Step;
import org.espalier.graphs.FreshScale;
import org.espalier.graphs.RandomStream;
import org.espalier.pruning.Prune;
import org.espalier.pruning.PruneSpec;

/**
 * Draws the arms of a lottery with one learning rate and one seed. All of a seed see the images in
 * the same order, so that they differ in what they start with alone.
 */
final class LotteryDraw {
  private static final Step START = Step.ofEpochs(0);

  private final Lottery lottery;
  private final double rate;
  private final long seed;
  private final Recipe recipe;
  private final List<LotteryArm> arms = new ArrayList<>();
  private final List<LotteryPath> paths = new ArrayList<>();

  LotteryDraw(Lottery lottery, double rate, long seed) {
    this.lottery = lottery;
    this.rate = rate;
    this.seed = seed;
    this.recipe = lottery.recipe().withLearningRate(rate);
    draw();
  }

  List<LotteryArm> arms() {
    return List.copyOf(arms);
  }

  /** None unless stability is asked for. */
  List<LotteryPath> paths() {
    return List.copyOf(paths);
  }

  private void draw() {
    Fresh initial = new Fresh(lottery.network(), draw("initial weights"));
    boolean late = !lottery.rewind().equals(START);
    Train whole = training(initial);
    Train dense = late ? whole.keeping(List.of(lottery.rewind())) : whole;
    add(LotteryArm.DENSE, 0, "initial weights", Optional.empty(), dense);
    addPath(0, Optional.empty(), late ? Result.of(dense, lottery.rewind()) : initial);
    Train last = dense;
    for (int round = 1; round <= lottery.rounds(); round++) {
      Prune drawn = pruning(lottery.oneShot() ? dense : last, round);
      Ticket ticket = Ticket.of(drawn, lottery.rewind()).as(lottery.form());
      Source start = lottery.rewinding() == Rewinding.RATE ? Result.of(drawn) : ticket;
      last = rewound(start);
      add(LotteryArm.TICKET, round, ticketStart(), Optional.of(drawn), last);
      addPath(round, Optional.of(drawn), start);
      for (Control control : controls()) {
        add(
            control.label(),
            round,
            control.start(),
            Optional.of(drawn),
            train(control, ticket, drawn));
      }
    }
  }

  /** Of a cut nothing is masked, so there fresh weights are spread in one way. */
  private List<Control> controls() {
    boolean masked = lottery.method().masksWeights() || lottery.form() == Form.MASKS;
    return lottery.controls().stream()
        .filter(c -> masked || c != Control.RANDOM_REINIT_DENSE)
        .toList();
  }

  /** The line between two trainings from one start that see the images in different orders. */
  private void addPath(int round, Optional<Prune> drawn, Source from) {
    if (lottery.stability()) {
      LinearPath path = LinearPath.of(rewound(from), rewound(from, "other order of images"));
      paths.add(new LotteryPath(seed, rate, round, ticketStart(), drawn, path));
    }
  }

  private void add(String arm, int round, String start, Optional<Prune> drawn, Train task) {
    arms.add(new LotteryArm(arm, seed, rate, round, start, drawn, task));
  }

  private Train training(Source from) {
    return training(from, "order of images");
  }

  private Train training(Source from, String order) {
    return Train.of(from, lottery.images(), recipe, draw(order));
  }

  private Train rewound(Source from) {
    return training(from).beginning(lottery.rewind());
  }

  private Train rewound(Source from, String order) {
    return training(from, order).beginning(lottery.rewind());
  }

  private Prune pruning(Train trained, int round) {
    PruneSpec how = PruneSpec.of(lottery.method().drawingBy(seed), lottery.amount(round));
    return new Prune(Result.of(trained), how.measuredOn(lottery.images()));
  }

  private String ticketStart() {
    String step = lottery.rewind().equals(START) ? "the start" : "step " + lottery.rewind();
    return lottery.rewinding() == Rewinding.RATE
        ? "trained weights, learning rate of " + step
        : lottery.rewind().equals(START) ? "initial weights" : "weights of " + step;
  }

  /** Fresh weights have the whole recipe; others go on where the ticket does. */
  private Train train(Control control, Ticket ticket, Prune drawn) {
    return switch (control) {
      case RANDOM_REINIT -> fresh(pruned(ticket, drawn), FreshScale.DENSITY);
      case RANDOM_REINIT_DENSE -> fresh(pruned(ticket, drawn), FreshScale.DENSE);
      case SHUFFLED -> rewound(ticket.starting(Initialisation.SHUFFLED, draw("shuffled masks")));
      case SIGNS -> rewound(ticket.starting(Initialisation.SIGNS, 1));
    };
  }

  /** The network of the ticket; its weights do not matter. */
  private Source pruned(Ticket ticket, Prune drawn) {
    return lottery.form() == Form.MASKS ? ticket : Result.of(drawn);
  }

  private Train fresh(Source of, FreshScale scale) {
    return training(of).fresh(draw("fresh weights")).spread(scale);
  }

  /** Draws of one seed must not follow each other, nor those of a comparison. */
  private long draw(String purpose) {
    return RandomStream.of(seed, "lottery", purpose).nextLong();
  }
}
