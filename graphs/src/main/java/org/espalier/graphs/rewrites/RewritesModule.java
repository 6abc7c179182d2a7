package org.espalier.graphs.rewrites;

import dagger.Binds;
import dagger.Module;
import dagger.Provides;
import dagger.multibindings.IntoSet;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.ops.OpRules;

/** The rewrites that people can ask for by name. To add one: a class and a binding. */
@Module
public interface RewritesModule {
  @Provides
  @IntoSet
  static GraphRewrite inferenceForm() {
    return new InferenceForm();
  }

  @Provides
  @IntoSet
  static GraphRewrite foldBatchNorm() {
    return new FoldBatchNorm();
  }

  @Provides
  @IntoSet
  static GraphRewrite trainingForm() {
    return new TrainingForm();
  }

  @Provides
  @IntoSet
  static GraphRewrite insertMasks() {
    return new MaskKernels();
  }

  @Provides
  @IntoSet
  static GraphRewrite foldScales() {
    return new FoldScales();
  }

  @Binds
  @IntoSet
  GraphRewrite insertBranchScales(InsertBranchScales rewrite);

  @Binds
  @IntoSet
  GraphRewrite insertChannelScales(InsertChannelScales rewrite);

  @Binds
  @IntoSet
  GraphRewrite insertGroupScales(InsertGroupScales rewrite);

  @Provides
  @IntoSet
  static GraphRewrite foldSizes(OpRules rules) {
    return new FoldSizes(rules);
  }

  @Provides
  @IntoSet
  static GraphRewrite smallMapsAsDense(OpRules rules) {
    return new SmallMapsAsDense(rules);
  }

  @Binds
  @IntoSet
  GraphRewrite fuseBatchNorm(FuseBatchNorm rewrite);

  @Binds
  @IntoSet
  GraphRewrite insertSelections(InsertSelections rewrite);

  @Binds
  @IntoSet
  GraphRewrite removeEmptyChannels(RemoveEmptyChannels rewrite);

  @Binds
  @IntoSet
  GraphRewrite dropIdleSelections(DropIdleSelections rewrite);
}
