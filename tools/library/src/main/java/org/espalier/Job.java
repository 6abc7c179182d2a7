package org.espalier;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.framework.files.Json;
import org.espalier.framework.training.DivergedException;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.UsageException;

/**
 * What is said between a process and its children: one JSON object a line. The parent writes tasks,
 * as they stand in {@code run.json}; the child answers with what happens and, in the end, how it
 * went.
 */
final class Job {
  /** What a child says. */
  enum Event {
    /** Something worth a line. */
    NOTE,
    /** A training starts or is taken up. */
    STARTED,
    /** Steps were done. */
    STEPS,
    /** A measurement. */
    MEASURED,
    /** A training is over, for better or worse. */
    ENDED,
    /** The task is made. */
    MADE,
    /** Another process makes it. */
    BUSY,
    /** It stopped because it was asked to. */
    STOPPED,
    /** It cannot be done; trying again is of no use. */
    REFUSED,
    /** It went wrong; another try may go better. */
    FAILED
  }

  private Job() {}

  /** A line of a child. */
  static String line(Event event, Map<String, ?> values) {
    Map<String, Object> all = new LinkedHashMap<>(values);
    all.put("event", event.name());
    return new String(Json.line(all), StandardCharsets.UTF_8);
  }

  static boolean isEvent(JsonNode line) {
    return line.path("event").isTextual();
  }

  static Event event(JsonNode line) {
    return Event.valueOf(line.path("event").asText());
  }

  /** Whether it is how a task went. */
  static boolean isLast(JsonNode line) {
    return event(line).compareTo(Event.MADE) >= 0;
  }

  /** What to say of a task that cannot be done. */
  static Map<String, ?> refusal(RuntimeException thrown) {
    return Map.of("text", String.valueOf(thrown.getMessage()), "because", kind(thrown));
  }

  private static String kind(RuntimeException thrown) {
    return thrown instanceof UsageException
        ? "usage"
        : thrown instanceof DivergedException ? "divergence" : "input";
  }

  /** The exception of a child, as if it had been thrown here. */
  static RuntimeException thrown(JsonNode refusal) {
    String text = refusal.path("text").asText();
    return switch (refusal.path("because").asText()) {
      case "usage" -> new UsageException(text);
      case "divergence" -> new DivergedException(text);
      default -> new BadInputException(text);
    };
  }
}
