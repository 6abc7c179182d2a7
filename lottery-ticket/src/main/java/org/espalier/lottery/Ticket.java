package org.espalier.lottery;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.experiments.Need;
import org.espalier.framework.experiments.Preview;
import org.espalier.framework.experiments.Result;
import org.espalier.framework.experiments.Source;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.runs.CutFile;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.InsertSelections;
import org.espalier.graphs.rewrites.Masks;
import org.espalier.graphs.rewrites.RemoveChannels;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;
import org.espalier.pruning.Prune;

/**
 * A lottery ticket: the network that a pruning left, masked or small, with weights from before the
 * training that it was found by (Frankle and Carbin 2019, section 1). Kept weights are bit for bit
 * those of the source; masked ones are zero.
 *
 * @param drawn the pruning
 * @param weights where the weights come from. Of a later round of a lottery it is the ticket of the
 *     round before: a cut is one of what that left
 * @param initialisation which of the weights it gets
 * @param seed of what is drawn at random
 */
@Named(value = "ticket", description = "a pruned network with weights from before its training")
public record Ticket(
    @Setting("The pruning that drew it, by its hash.") Need drawn,
    @Setting("Where its weights come from.") Source weights,
    @Setting(
            value =
                "Which it starts with: those (rewound), their signs in one size (signs), or those of"
                    + " others, as many of each kernel or group (shuffled).",
            defaultValue = "rewound")
        Initialisation initialisation,
    @Setting(value = "Seed of what is shuffled.", defaultValue = "1") long seed)
    implements Source {

  /** With the weights of a source, rewound. */
  public static Ticket of(Prune drawn, Source weights) {
    return new Ticket(new Need(drawn), weights, Initialisation.REWOUND, 1);
  }

  /** The same masks or cut with another start. */
  public Ticket starting(Initialisation other, long drawSeed) {
    return new Ticket(drawn, weights, other, drawSeed);
  }

  private Path folder(Workshop shop) {
    return shop.store().folder(drawn.task());
  }

  @Override
  public Model model(Workshop shop, Optional<Dataset> data) {
    Path cut = folder(shop).resolve(CutFile.FILE);
    return Files.exists(cut)
        ? gathered(CutFile.read(cut), shop, data)
        : masked(ModelFolder.load(folder(shop)), shop, data);
  }

  /** The small network, with the weights of what stays. */
  private Model gathered(Cut cut, Workshop shop, Optional<Dataset> data) {
    Model before = selected(weights.model(shop, data), shop);
    Cut kept = initialisation.cut(cut, seed);
    Model ticket = before.rewritten(new RemoveChannels(kept, shop.rules()));
    if (kept.equals(cut)) {
      checkSame(ticket, shop);
    }
    return new Model(ticket.network(), initialisation.weights(ticket, before.weights()));
  }

  private Model selected(Model read, Workshop shop) {
    boolean select = drawn.task() instanceof Prune prune && prune.how().select();
    return select ? read.rewritten(new InsertSelections(shop.rules())) : read;
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
  private Model masked(Model left, Workshop shop, Optional<Dataset> data) {
    Map<String, ShapedArray> drawnMasks = left.masks();
    if (drawnMasks.isEmpty()) {
      throw new BadInputException(
          title() + ": expected a pruning that masks weights or removes channels, found neither");
    }
    Model before = whole().model(shop, data);
    Masks masks = initialisation.masks(new Masks(drawnMasks), seed);
    Model ticket =
        new Model(left.network(), masks.put(left.network(), before.weights())).silenced();
    return new Model(left.network(), initialisation.weights(ticket, before.weights()));
  }

  /** What the first ticket got its weights from. */
  private Source whole() {
    return weights instanceof Ticket earlier ? earlier.whole() : weights;
  }

  @Override
  public Optional<Preview> preview(Workshop shop, Optional<Dataset> data) {
    return new Result(drawn, Optional.empty()).preview(shop, data);
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
    return "the ticket of (" + drawn.task().title() + ")";
  }
}
