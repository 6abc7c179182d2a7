package org.espalier.commandline.commands;

import dagger.Binds;
import dagger.Module;
import dagger.multibindings.IntoMap;
import dagger.multibindings.StringKey;
import org.espalier.commandline.cli.Command;

/** The commands, by the names that they carry. To add one: a class and a binding. */
@Module
public interface CommandsModule {
  @Binds
  @IntoMap
  @StringKey("quickstart")
  Command quickstart(QuickstartCommand command);

  @Binds
  @IntoMap
  @StringKey("architectures")
  Command architectures(ArchitecturesCommand command);

  @Binds
  @IntoMap
  @StringKey("inspect")
  Command inspect(InspectCommand command);

  @Binds
  @IntoMap
  @StringKey("train")
  Command train(TrainCommand command);

  @Binds
  @IntoMap
  @StringKey("methods")
  Command methods(MethodsCommand command);

  @Binds
  @IntoMap
  @StringKey("datasets")
  Command datasets(DatasetsCommand command);

  @Binds
  @IntoMap
  @StringKey("runs")
  Command runs(RunsCommand command);

  @Binds
  @IntoMap
  @StringKey("evaluate")
  Command evaluate(EvaluateCommand command);

  @Binds
  @IntoMap
  @StringKey("prune")
  Command prune(PruneCommand command);

  @Binds
  @IntoMap
  @StringKey("sensitivity")
  Command sensitivity(SensitivityCommand command);

  @Binds
  @IntoMap
  @StringKey("finetune")
  Command finetune(FinetuneCommand command);

  @Binds
  @IntoMap
  @StringKey("scratch")
  Command scratch(ScratchCommand command);

  @Binds
  @IntoMap
  @StringKey("compare")
  Command compare(CompareCommand command);

  @Binds
  @IntoMap
  @StringKey("lottery")
  Command lottery(LotteryCommand command);

  @Binds
  @IntoMap
  @StringKey("reproduce")
  Command reproduce(ReproduceCommand command);

  @Binds
  @IntoMap
  @StringKey("export")
  Command export(ExportCommand command);

  @Binds
  @IntoMap
  @StringKey("predict")
  Command predict(PredictCommand command);

  @Binds
  @IntoMap
  @StringKey("report")
  Command report(ReportCommand command);

  @Binds
  @IntoMap
  @StringKey("data")
  Command data(DataCommand command);

  @Binds
  @IntoMap
  @StringKey("bench")
  Command bench(BenchCommand command);

  @Binds
  @IntoMap
  @StringKey("rewrite")
  Command rewrite(RewriteCommand command);

  @Binds
  @IntoMap
  @StringKey("import")
  Command importWeights(ImportCommand command);

  @Binds
  @IntoMap
  @StringKey("completion")
  Command completion(CompletionCommand command);
}
