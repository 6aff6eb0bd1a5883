package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Backends;
import dev.shiftwise.bench.Oracle;
import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operator;
import dev.shiftwise.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the command adds to the benchmark, which has tests of its own: misuse and the oracle. */
final class BenchCommandTest {

  @Test
  void misuseAndMissingBackends() {
    assertTrue(Cli.run("bench", "--threads", "0").requireError(2).err().contains("--threads"));
    assertTrue(Cli.run("bench", "--batch", "0").requireError(2).err().contains("--batch"));
    Cli name = Cli.run(Backends.discover(), "bench", "--network", "resnet5").requireError(2);
    assertTrue(name.err().contains("--network is 'resnet5', wanted a model's file"), name.err());
    assertTrue(name.err().contains("did you mean resnet56 or resnet50"), name.err());
    assertTrue(Cli.run("bench").requireError(1).err().contains("no backend is available"));
    Backends absent = Backends.of(List.of(Providers.unavailable("absent")));
    assertTrue(
        Cli.run(absent, "bench", "--backend", "absent")
            .requireError(1)
            .err()
            .contains("not available: 'absent'"));
  }

  @Test
  void aResultThatCouldNotBeWrittenIsRefusedBeforeMeasuring() {
    for (String option : List.of("--json", "--html")) {
      Cli run = Cli.run(Backends.discover(), "bench", option, "no/such/folder/r");
      assertTrue(run.requireError(1).err().contains("cannot be written"), run.err());
    }
  }

  @Test
  void theOracleTellsRightFromWrong() {
    float[] image = {1, -2, 3, 4, 5, 6, 7, 8};
    Oracle.Expectation relu = expect(new Activate(Activation.RELU), image);
    assertTrue(relu.difference(new float[] {1, 0, 3, 4, 5, 6, 7, 8}).isEmpty());
    assertEquals("element 1 is -2.0, wanted 0.0 within 0.0", relu.difference(image).orElseThrow());
    assertTrue(relu.difference(new float[7]).orElseThrow().contains("7 elements, wanted 8"));
    float[] nan = {1, 0, 3, 4, 5, 6, 7, Float.NaN};
    assertTrue(relu.difference(nan).isPresent());

    Oracle.Expectation copy = expect(new Copy(), new float[] {0, 1, 2, 3, 4, 5, 6, 7});
    assertTrue(copy.difference(new float[] {0, 1, 2, 3, 4, 5, 6, 7}).isEmpty());
    assertTrue(copy.difference(new float[] {-0f, 1, 2, 3, 4, 5, 6, 7}).isPresent());
  }

  @Test
  void theOracleOfWholeNetworksAllowsAShareOfTheLargestValue() {
    NetworkBuilder builder = Network.builder("one");
    builder.output(
        "y",
        builder.add("n", new Activate(Activation.NONE), builder.input("x", Shape.of(1, 1, 2))));
    Oracle.Expectation whole = new KitOracle().expectWhole(builder.build(), new float[] {-1000, 1});
    assertTrue(whole.difference(new float[] {-1000, 1.009f}).isEmpty());
    assertTrue(whole.difference(new float[] {-1000, 1.011f}).isPresent());
    assertTrue(whole.difference(new float[] {-1000, Float.NaN}).isPresent());
    assertTrue(whole.difference(new float[] {-1000}).isPresent());
  }

  private static Oracle.Expectation expect(Operator operator, float[] image) {
    NetworkBuilder builder = Network.builder("one");
    builder.output("y", builder.add("n", operator, builder.input("x", Shape.of(2, 2, 2))));
    return new KitOracle().expect(builder.build(), image);
  }
}
