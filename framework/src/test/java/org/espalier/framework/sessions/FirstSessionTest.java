package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What decides how many threads there are is the first session that computes: not one that was
 * opened to look at a version, a list of ops or a graph. In JVMs that were started without what the
 * launcher sets, as by a debugger.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class FirstSessionTest {
  /** Looks things up, and computes with as many threads as each argument says. */
  static final class Main {
    public static void main(String[] arguments) {
      TensorFlowRuntime.version();
      TensorFlowRuntime.ops();
      GraphBuilder g = new GraphBuilder();
      g.constant("seven", ShapedArray.scalar(7f));
      NodeGraph graph = g.build();
      OpenGraph.check(graph);
      Gradients.add(graph, TensorRef.of("seven"), List.of(TensorRef.of("seven")));
      for (String threads : arguments) {
        try (OpenGraph open = new OpenGraph(graph, Machine.threads(Integer.parseInt(threads)))) {
          TensorRef seven = TensorRef.of("seven");
          System.out.println(open.call().fetch(seven).run().get(seven).values()[0]);
        } catch (UsageException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }

  /** What it says, on both streams. */
  private static List<String> compute(String ownThreads, String... threads) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    command.addAll(List.of(threads));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeAll(TensorFlowRuntime.VARIABLES.keySet());
    if (ownThreads != null) {
      builder.environment().put(TensorFlowRuntime.OWN_THREADS, ownThreads);
    }
    Process process = builder.start();
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      return reader.lines().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String other() {
    return Integer.toString(Runtime.getRuntime().availableProcessors() + 1);
  }

  @Test
  void everySessionHasTheThreadsThatItAsksFor() throws Exception {
    assertThat(compute(null, "1", other())).containsExactly("7.0", "7.0");
  }

  @Test
  void whereSessionsShareThreadsTheFirstThatComputesSaysHowMany() throws Exception {
    List<String> said = compute("0", other(), "1");
    assertThat(said).hasSize(2);
    assertThat(said.get(0)).isEqualTo("7.0");
    assertThat(said.get(1))
        .startsWith(
            "the sessions of one process share their threads: the first asked for " + other())
        .endsWith("set TF_OVERRIDE_GLOBAL_THREADPOOL=1 to give each its own");
  }
}
