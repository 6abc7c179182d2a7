package org.espalier.commandline.commands;

import dagger.Binds;
import dagger.Module;
import dagger.multibindings.IntoSet;
import org.espalier.commandline.cli.Command;

/** The commands. To add one: a class and a binding. */
@Module
public interface CommandsModule {
  @Binds
  @IntoSet
  Command quickstart(QuickstartCommand command);

  @Binds
  @IntoSet
  Command architectures(ArchitecturesCommand command);

  @Binds
  @IntoSet
  Command inspect(InspectCommand command);

  @Binds
  @IntoSet
  Command train(TrainCommand command);

  @Binds
  @IntoSet
  Command methods(MethodsCommand command);

  @Binds
  @IntoSet
  Command datasets(DatasetsCommand command);

  @Binds
  @IntoSet
  Command runs(RunsCommand command);

  @Binds
  @IntoSet
  Command evaluate(EvaluateCommand command);

  @Binds
  @IntoSet
  Command prune(PruneCommand command);

  @Binds
  @IntoSet
  Command sensitivity(SensitivityCommand command);

  @Binds
  @IntoSet
  Command finetune(FinetuneCommand command);

  @Binds
  @IntoSet
  Command scratch(ScratchCommand command);

  @Binds
  @IntoSet
  Command compare(CompareCommand command);

  @Binds
  @IntoSet
  Command lottery(LotteryCommand command);

  @Binds
  @IntoSet
  Command reproduce(ReproduceCommand command);

  @Binds
  @IntoSet
  Command export(ExportCommand command);

  @Binds
  @IntoSet
  Command predict(PredictCommand command);

  @Binds
  @IntoSet
  Command report(ReportCommand command);

  @Binds
  @IntoSet
  Command data(DataCommand command);

  @Binds
  @IntoSet
  Command bench(BenchCommand command);

  @Binds
  @IntoSet
  Command rewrite(RewriteCommand command);

  @Binds
  @IntoSet
  Command importWeights(ImportCommand command);

  @Binds
  @IntoSet
  Command completion(CompletionCommand command);
}
