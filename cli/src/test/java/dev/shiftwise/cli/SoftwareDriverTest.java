package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The CUDA backend as users call it, on the software driver that its own tests have built: on the
 * module path, with libraries that are named by their paths.
 */
final class SoftwareDriverTest {
  private static final List<String> RULES =
      List.of(
          "SHIFT-10",
          "POINTWISE-05",
          "CONV-04",
          "POOL-01",
          "POOL-02",
          "POOL-04",
          "DENSE-01",
          "SHUFFLE-01",
          "SOFTMAX-01");

  @TempDir private Path folder = Path.of("");

  /** The backend's own tests run every rule; these meet every file of kernels. */
  @Test
  void rulesHoldOnEveryKernel() throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(List.of("verify", "--backend", "cuda", "--report", folder.toString()));
    RULES.forEach(rule -> arguments.addAll(List.of("--rule", rule)));
    Cli run =
        Processes.modular(
            SoftwareDriver.options(Processes.NATIVE_ACCESS), arguments.toArray(String[]::new));
    assertEquals(0, run.exitCode(), run.err() + run.out());
    String last =
        run.out().lines().filter(line -> line.startsWith("cuda on ")).findFirst().orElse("");
    assertTrue(last.contains("(Software driver, no GPU): " + RULES.size() + " passed"), run.out());
    assertTrue(last.contains(" 0 failed, 0 unsupported, "), last);
    assertEquals(run.out(), Files.readString(folder.resolve("conformance.txt")));
  }

  @Test
  void theDeviceSaysThatItIsNoGpu() throws IOException, InterruptedException {
    Cli run =
        Processes.modular(SoftwareDriver.options(Processes.NATIVE_ACCESS), "devices")
            .requireSuccess();
    assertTrue(run.out().contains("Software driver, no GPU"), run.out());
  }
}
