package dev.shiftwise.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The JMH benchmarks were generated and run: one short iteration each. */
final class OperatorBenchmarkTest {

  @Test
  void everyOperatorRuns() throws RunnerException {
    // Without the lock that keeps two benchmarks on one machine apart: nothing is timed here.
    System.setProperty("jmh.ignoreLock", "true");
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("^" + OperatorBenchmark.class.getName() + "\\.")
                    .param("channels", "64")
                    .param("size", "14")
                    .forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(20))
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    Set<String> operators = new TreeSet<>();
    for (RunResult result : results) {
      operators.add(result.getParams().getParam("operator"));
      assertTrue(result.getPrimaryResult().getScore() > 0);
    }
    assertEquals(8, operators.size(), operators::toString);
  }
}
