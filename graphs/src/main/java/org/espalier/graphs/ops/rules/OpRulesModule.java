package org.espalier.graphs.ops.rules;

import dagger.Binds;
import dagger.Module;
import dagger.Provides;
import dagger.multibindings.ElementsIntoSet;
import dagger.multibindings.IntoSet;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.graphs.ops.OpRule;

/**
 * The families of ops that Espalier knows. To add one: a class and a line here, or in a module of
 * your own. Rules on the class path that are registered as services of {@link OpRule} are found
 * too.
 */
@Module
public interface OpRulesModule {
  @Provides
  @ElementsIntoSet
  static Set<OpRule> ofUsers() {
    return ServiceLoader.load(OpRule.class).stream()
        .map(ServiceLoader.Provider::get)
        .collect(Collectors.toSet());
  }

  @Binds
  @IntoSet
  OpRule variables(Variables rule);

  @Binds
  @IntoSet
  OpRule sources(Sources rule);

  @Binds
  @IntoSet
  OpRule elementwise(Elementwise rule);

  @Binds
  @IntoSet
  OpRule broadcasting(Broadcasting rule);

  @Binds
  @IntoSet
  OpRule convolution(Convolution rule);

  @Binds
  @IntoSet
  OpRule convolutionGradients(ConvolutionGradients rule);

  @Binds
  @IntoSet
  OpRule dense(Dense rule);

  @Binds
  @IntoSet
  OpRule einsum(Einsum rule);

  @Binds
  @IntoSet
  OpRule biasAddition(BiasAddition rule);

  @Binds
  @IntoSet
  OpRule batchNorm(BatchNorm rule);

  @Binds
  @IntoSet
  OpRule pooling(Pooling rule);

  @Binds
  @IntoSet
  OpRule reduction(Reduction rule);

  @Binds
  @IntoSet
  OpRule padding(Padding rule);

  @Binds
  @IntoSet
  OpRule reshaping(Reshaping rule);

  @Binds
  @IntoSet
  OpRule mixing(Mixing rule);

  @Binds
  @IntoSet
  OpRule tensorArrays(TensorArrays rule);

  @Binds
  @IntoSet
  OpRule topValues(TopValues rule);

  @Binds
  @IntoSet
  OpRule patches(Patches rule);

  @Binds
  @IntoSet
  OpRule concatenation(Concatenation rule);

  @Binds
  @IntoSet
  OpRule summation(Summation rule);

  @Binds
  @IntoSet
  OpRule depthwiseConvolution(DepthwiseConvolution rule);

  @Binds
  @IntoSet
  OpRule reshape(Reshape rule);

  @Binds
  @IntoSet
  OpRule slicing(Slicing rule);

  @Binds
  @IntoSet
  OpRule splitting(Splitting rule);

  @Binds
  @IntoSet
  OpRule gather(Gather rule);

  @Binds
  @IntoSet
  OpRule transposing(Transposing rule);

  @Binds
  @IntoSet
  OpRule resizing(Resizing rule);

  @Binds
  @IntoSet
  OpRule blockRearranging(BlockRearranging rule);

  @Binds
  @IntoSet
  OpRule transposedConvolution(TransposedConvolution rule);

  @Binds
  @IntoSet
  OpRule quantising(Quantising rule);

  @Binds
  @IntoSet
  OpRule stitching(Stitching rule);

  @Binds
  @IntoSet
  OpRule packing(Packing rule);

  @Binds
  @IntoSet
  OpRule filling(Filling rule);

  @Binds
  @IntoSet
  OpRule shapeReading(ShapeReading rule);

  @Binds
  @IntoSet
  OpRule batchBlocks(BatchBlocks rule);
}
