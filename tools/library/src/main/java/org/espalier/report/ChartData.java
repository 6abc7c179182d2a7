package org.espalier.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/** What the script of the page draws, as the JSON that it reads. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ChartData(
    Bars widths,
    List<LineChart> lines,
    SensitivityView.Lines sensitivity,
    List<LotteryView.Rate> lottery) {

  /** Bars by layer, with the text that is shown for each. */
  record Bars(List<String> labels, List<Integer> before, List<Double> after, List<String> text) {

    /** Null if there are no layers. */
    static Bars of(List<LayerWidths> layers) {
      return layers.isEmpty()
          ? null
          : new Bars(
              layers.stream().map(LayerWidths::layer).toList(),
              layers.stream().map(LayerWidths::before).toList(),
              layers.stream().map(LayerWidths::mean).toList(),
              layers.stream().map(ChartData::text).toList());
    }
  }

  /** JSON that can stand inside a script element: nothing in it can close the element. */
  String json() {
    try {
      return new ObjectMapper()
          .writeValueAsString(this)
          .replace("<", "\\u003c")
          .replace(">", "\\u003e")
          .replace("&", "\\u0026");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the charts cannot be written as JSON", e);
    }
  }

  static String kept(LayerWidths layer) {
    return Numbers.fixed(100 * layer.mean() / layer.before(), 0) + " %";
  }

  static String after(LayerWidths layer) {
    return layer.least() == layer.most()
        ? Integer.toString(layer.most())
        : Numbers.fixed(layer.mean(), 1) + " (" + layer.least() + " to " + layer.most() + ")";
  }

  private static String text(LayerWidths layer) {
    return layer.before() + " → " + after(layer) + ", " + kept(layer) + " kept";
  }
}
