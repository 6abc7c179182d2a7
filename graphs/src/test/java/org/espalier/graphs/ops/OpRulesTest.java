package org.espalier.graphs.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dagger.Component;
import dagger.Module;
import dagger.Provides;
import dagger.multibindings.IntoSet;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Network;
import org.espalier.graphs.SmallGraph;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.ops.rules.OpRulesModule;
import org.espalier.graphs.ops.rules.StandardRules;
import org.junit.jupiter.api.Test;

/** Rules of one's own stand beside those that are there. */
class OpRulesTest {
  /** An op that leaves every channel in its place, but that Espalier does not know. */
  private record Own(String op) implements OpRule {
    @Override
    public Set<String> ops() {
      return Set.of(op);
    }

    @Override
    public List<TensorFacts> infer(Op node) {
      return List.of(node.input(0));
    }

    @Override
    public List<Axes> link(Op node, Links links) {
      return List.of(links.in(0));
    }
  }

  @Module
  interface OwnModule {
    @Provides
    @IntoSet
    static OpRule own() {
      return new Own("Bucketise");
    }
  }

  @Component(modules = {OpRulesModule.class, OwnModule.class})
  interface WithOwn {
    OpRules rules();
  }

  private static Network network() {
    SmallGraph g = new SmallGraph();
    String own = g.nodes.addFloat("Bucketise", "own", g.conv("images", "a", 3, 4));
    return g.end(g.conv(own, "b", 4, 5));
  }

  @Test
  void anOwnRuleIsUsed() {
    assertThat(ChannelAnalysis.of(network(), StandardRules.create()).prunable()).isEmpty();
    OpRules own = DaggerOpRulesTest_WithOwn.create().rules();
    assertThat(own.has("Bucketise")).isTrue();
    assertThat(ChannelAnalysis.of(network(), own).prunable())
        .extracting(ChannelGroup::id)
        .containsExactly("a");
  }

  @Test
  void anOwnRuleAloneKnowsNothingElse() {
    OpRules only = new OpRules(Set.of(new Own("Bucketise")));
    assertThat(only.has("Bucketise")).isTrue();
    assertThat(only.has("Conv2D")).isFalse();
  }

  @Test
  void twoRulesForOneOpAreAnError() {
    record Other() implements OpRule {
      @Override
      public Set<String> ops() {
        return Set.of("Relu");
      }

      @Override
      public List<TensorFacts> infer(Op op) {
        return List.of();
      }

      @Override
      public List<Axes> link(Op op, Links links) {
        return List.of();
      }
    }
    assertThatThrownBy(() -> new OpRules(Set.of(new Own("Relu"), new Other())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("two rules for op Relu: ");
  }
}
