package org.espalier.framework.training;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;

/**
 * A term that training adds to the loss for all parameters of a kind: {@code strength x sum |w|}
 * (l1), as Network Slimming does for batch norm's scales (Liu et al. 2017, section 3), or {@code
 * strength / 2 x sum w^2} (l2). Its gradient stands in the graph; the loss that is told leaves it
 * out, as it leaves out weight decay. Written {@code l1:bn-scale:0.0001}.
 *
 * <p>{@code proximal-l1:branch-scale:0.01} is l1 too, but not by its gradient, which never leads to
 * a zero: it decides how the scales are changed, in the place of the optimiser. See {@code
 * ProximalStep}.
 *
 * @param strength above 0
 */
public record Penalty(Norm norm, ParameterKind kind, double strength) {
  /** What is summed. */
  public enum Norm {
    L1,
    L2,
    /** L1 by proximal steps, which make zeros; for the scales of branches and channels. */
    PROXIMAL_L1;

    private String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Norm of(String label) {
      return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }

  public Penalty {
    if (!kind.isTrained()) {
      throw new IllegalArgumentException(
          "penalties are for parameters that are trained, found " + kind.label());
    }
    if (norm == Norm.PROXIMAL_L1 && kind != ParameterKind.BRANCH_SCALE) {
      throw new IllegalArgumentException(
          "penalties of proximal-l1 are for branch-scale, which stays at or above 0, found "
              + kind.label());
    }
    if (!(strength > 0) || !Double.isFinite(strength)) {
      throw new IllegalArgumentException("penalties need a strength above 0, found " + strength);
    }
  }

  /** Reads what {@link #toString()} writes. */
  public static Penalty parse(String text) {
    List<String> parts = List.of(text.split(":", -1));
    List<String> kinds = Arrays.stream(ParameterKind.values()).map(ParameterKind::label).toList();
    try {
      if (parts.size() == 3 && kinds.contains(parts.get(1))) {
        return new Penalty(
            Norm.of(parts.get(0)),
            ParameterKind.of(parts.get(1)),
            Double.parseDouble(parts.get(2)));
      }
    } catch (NumberFormatException e) {
      throw new UsageException(expected(text));
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          e.getMessage().startsWith("penalties") ? e.getMessage() : expected(text));
    }
    throw new UsageException(expected(text));
  }

  private static String expected(String text) {
    return "expected a penalty such as l1:bn-scale:0.0001 (l1, l2 or proximal-l1, kind of parameter,"
        + " strength),"
        + " found '"
        + text
        + "'";
  }

  /** Whether it decides how a parameter is changed, in the place of the optimiser. */
  boolean replacesOptimiser(Parameter p) {
    return norm == Norm.PROXIMAL_L1 && p.kind() == kind;
  }

  /** Adds its gradient to one; parameters of other kinds are left alone. */
  String addTo(GraphBuilder g, Parameter p, String gradient, String name) {
    if (p.kind() != kind) {
      return gradient;
    }
    String weights = GraphBuilder.readName(p.name());
    String direction = norm == Norm.L1 ? g.addFloat("Sign", name + "/sign", weights) : weights;
    String rate = g.constant(name, ShapedArray.scalar((float) strength));
    String term = g.addFloat("Mul", name + "/term", direction, rate);
    return Optimiser.sum(g, p, name + "/sum", gradient, term);
  }

  @Override
  public String toString() {
    return norm.label() + ":" + kind.label() + ":" + strength;
  }
}
