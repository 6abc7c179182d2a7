package org.espalier.lottery;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.experiments.Need;
import org.espalier.framework.experiments.Preview;
import org.espalier.framework.experiments.Result;
import org.espalier.framework.experiments.Source;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.runs.CutFile;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.framework.training.Step;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.InsertMasks;
import org.espalier.graphs.rewrites.InsertSelections;
import org.espalier.graphs.rewrites.Masks;
import org.espalier.graphs.rewrites.RemoveChannels;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;
import org.espalier.pruning.Prune;

/**
 * A lottery ticket: the network that a pruning left, masked or small, with weights from before the
 * training that it was found by (Frankle and Carbin 2019, section 1). They are those of the first
 * training, of the network that nothing was pruned of yet, however many rounds came between. Kept
 * weights are bit for bit those; masked ones are zero.
 *
 * @param drawn the last pruning, of what a training left
 * @param rewind the step of the first training whose weights it gets; one that the training keeps
 * @param initialisation which of the weights it gets
 * @param seed of what is drawn at random
 * @param form of removed channels; says nothing about single weights, which are masked
 */
@Named(value = "ticket", description = "a pruned network with weights from before its training")
public record Ticket(
    @Setting("The pruning that drew it, by its hash.") Need drawn,
    @Setting(
            value = "Step of the first training whose weights it gets; 0ep are the initial ones.",
            defaultValue = "0ep")
        Step rewind,
    @Setting(
            value =
                "Which it starts with: those (rewound), their signs in one size (signs), or those of"
                    + " others, as many of each kernel or group (shuffled).",
            defaultValue = "rewound")
        Initialisation initialisation,
    @Setting(value = "Seed of what is shuffled.", defaultValue = "1") long seed,
    @Setting(
            value =
                "Of removed channels: the small network (cut), or the whole one in which masks silence"
                    + " them (masks).",
            defaultValue = "cut")
        Form form)
    implements Source {

  public Ticket {
    first(prune(drawn.task())); // refuses what was not trained
    if (form == Form.MASKS && before(trained(prune(drawn.task()))).isPresent()) {
      throw new UsageException(
          "masks in the place of a cut go with one round, found a pruning of what was pruned");
    }
  }

  /** With the weights of a step, rewound. */
  public static Ticket of(Prune drawn, Step rewind) {
    return new Ticket(new Need(drawn), rewind, Initialisation.REWOUND, 1, Form.CUT);
  }

  /** The same in another form. */
  public Ticket as(Form other) {
    return new Ticket(drawn, rewind, initialisation, seed, other);
  }

  /** The same masks or cut with another start. */
  public Ticket starting(Initialisation other, long drawSeed) {
    return new Ticket(drawn, rewind, other, drawSeed, form);
  }

  private static Prune prune(Task task) {
    if (task instanceof Prune prune) {
      return prune;
    }
    throw new UsageException("a ticket is drawn by a pruning, found: " + task.title());
  }

  /** What a pruning pruned. */
  private static Train trained(Prune pruned) {
    if (pruned.of() instanceof Result of && of.of().task() instanceof Train train) {
      return train;
    }
    throw new UsageException(
        "a ticket is drawn by the pruning of a training, found: " + pruned.title());
  }

  /** The pruning that a training started from, if it did. */
  private static Optional<Prune> before(Train train) {
    if (train.start() instanceof Ticket ticket) {
      return Optional.of(prune(ticket.drawn.task()));
    }
    return train.start() instanceof Result of && of.of().task() instanceof Prune prune
        ? Optional.of(prune)
        : Optional.empty();
  }

  /** The training of the network that nothing was pruned of. */
  private static Train first(Prune last) {
    Train train = trained(last);
    return before(train).map(Ticket::first).orElse(train);
  }

  /** The prunings of all rounds, the first one first. */
  private Deque<Prune> rounds() {
    Deque<Prune> rounds = new ArrayDeque<>();
    for (Optional<Prune> p = Optional.of(prune(drawn.task()));
        p.isPresent();
        p = before(trained(p.get()))) {
      rounds.addFirst(p.get());
    }
    return rounds;
  }

  private Path folder(Workshop shop) {
    return shop.store().folder(drawn.task());
  }

  @Override
  public Model model(Workshop shop, Optional<Dataset> data) {
    Train first = first(prune(drawn.task()));
    Model whole =
        rewind.equals(Step.ofEpochs(0))
            ? first.job(shop).start()
            : Result.of(first, rewind).model(shop, data);
    if (!Files.exists(folder(shop).resolve(CutFile.FILE))) {
      return masked(whole, ModelFolder.load(folder(shop)));
    }
    Model small = gathered(whole, shop); // refuses what is more than a cut
    return form == Form.CUT ? small : silenced(whole, shop);
  }

  /** The whole network with the removed channels silenced. */
  private Model silenced(Model whole, Workshop shop) {
    Prune last = rounds().getLast();
    Model before = selected(whole, last, shop);
    ChannelAnalysis analysis = ChannelAnalysis.of(before.network(), shop.rules());
    Masks masks = Masks.silencing(initialisation.cut(cut(last, shop), seed), analysis);
    Model read = before.rewritten(new InsertMasks(masks.byParameter().keySet()));
    Model ticket = new Model(read.network(), masks.put(read.network(), read.weights())).silenced();
    return new Model(ticket.network(), initialisation.weights(ticket, before.weights()));
  }

  /** The small network, with the weights of what stays after the cuts of all rounds. */
  private Model gathered(Model whole, Workshop shop) {
    Deque<Prune> rounds = rounds();
    Prune last = rounds.removeLast();
    Model before = whole;
    for (Prune round : rounds) {
      before = selected(before, round, shop).rewritten(removal(cut(round, shop), shop));
    }
    before = selected(before, last, shop);
    Cut cut = cut(last, shop);
    Cut kept = initialisation.cut(cut, seed);
    Model ticket = before.rewritten(removal(kept, shop));
    if (kept.equals(cut)) {
      checkSame(ticket, shop);
    }
    return new Model(ticket.network(), initialisation.weights(ticket, before.weights()));
  }

  private static RemoveChannels removal(Cut cut, Workshop shop) {
    return new RemoveChannels(cut, shop.rules());
  }

  private static Cut cut(Prune round, Workshop shop) {
    return CutFile.read(shop.store().folder(round).resolve(CutFile.FILE));
  }

  private static Model selected(Model read, Prune round, Workshop shop) {
    return round.how().select() ? read.rewritten(new InsertSelections(shop.rules())) : read;
  }

  private void checkSame(Model ticket, Workshop shop) {
    if (!Digests.of(ticket.network()).equals(Digests.of(ModelFolder.loadNetwork(folder(shop))))) {
      throw new BadInputException(
          title()
              + ": its pruning does more than remove channels, so weights from before have no place"
              + " in what it left");
    }
  }

  /** The masked network. Masks of later rounds hold what those of earlier ones hid. */
  private Model masked(Model whole, Model left) {
    Map<String, ShapedArray> drawnMasks = left.masks();
    if (drawnMasks.isEmpty()) {
      throw new BadInputException(
          title() + ": expected a pruning that masks weights or removes channels, found neither");
    }
    Masks masks = initialisation.masks(new Masks(drawnMasks), seed);
    Model ticket = new Model(left.network(), masks.put(left.network(), whole.weights())).silenced();
    return new Model(left.network(), initialisation.weights(ticket, whole.weights()));
  }

  @Override
  public Optional<Preview> preview(Workshop shop, Optional<Dataset> data) {
    return form == Form.CUT
        ? new Result(drawn, Optional.empty()).preview(shop, data)
        : first(prune(drawn.task())).preview(shop);
  }

  @Override
  public Optional<PrunedFile> pruned(Workshop shop) {
    return PrunedFile.find(folder(shop));
  }

  /** Beside the run that it is for. */
  @Override
  public Optional<String> place(Workshop shop) {
    return Optional.of("../" + drawn.key());
  }

  @Override
  public String title() {
    int pruned = rounds().size();
    return "ticket " + pruned + " of (" + first(prune(drawn.task())).title() + ")";
  }
}
