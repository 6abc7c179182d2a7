package org.espalier.commandline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.espalier.commandline.cli.CommandRunner;

/** Somebody who types commands: all of them, as they are wired, in this process. */
public final class UserOfEspalier {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private UserOfEspalier() {}

  /** What a command left behind. */
  public record Outcome(int code, String out, String err) {
    /** The one document on stdout; fails if there is more or less. */
    public JsonNode json() {
      if (code != 0) {
        throw new AssertionError("exit code " + code + ": " + err);
      }
      try {
        return JSON.readTree(out);
      } catch (JsonProcessingException e) {
        throw new AssertionError("not one JSON document: " + out, e);
      }
    }
  }

  /** Types a line; arguments are what spaces divide. Paths without spaces, please. */
  public static Outcome types(String line) {
    return types(line.strip().split("\\s+"));
  }

  public static Outcome types(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        new CommandRunner(
                DaggerCommandLineComponent::create,
                out,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of("TERM", "dumb"),
                () -> false,
                again -> Optional.empty())
            .run(Arrays.copyOf(arguments, arguments.length));
    return new Outcome(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
