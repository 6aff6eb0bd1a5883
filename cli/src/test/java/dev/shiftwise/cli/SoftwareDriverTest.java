package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.shiftwise.conformance.Conformance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The CUDA backend as users call it, on the software driver that its own tests have built: on the
 * module path, with libraries that are named by their paths.
 */
final class SoftwareDriverTest {
  private static final Path BUILDS = Repository.file("backend-cuda/target/software-driver");

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

  private static List<String> options() throws IOException {
    Optional<Path> build = used();
    if (build.isEmpty()) {
      String why = "backend-cuda's tests have built no software driver in " + BUILDS;
      if (Arrays.asList(System.getProperty(Conformance.REQUIRE, "").split(","))
          .contains("cuda-software")) {
        fail("required: " + why);
      }
      Assumptions.abort(why);
    }
    Path libraries = build.orElseThrow();
    return List.of(
        Processes.NATIVE_ACCESS,
        "-Dshiftwise.cuda.driver=" + libraries.resolve("libcuda.so.1"),
        "-Dshiftwise.cuda.nvrtc=" + libraries.resolve("libnvrtc.so.12"));
  }

  /** Returns the build that backend-cuda's tests used last: there may be others, of old sources. */
  private static Optional<Path> used() throws IOException {
    Path name = BUILDS.resolve("used");
    return Files.exists(name)
        ? Optional.of(BUILDS.resolve(Files.readString(name)))
        : Optional.empty();
  }

  /** The backend's own tests run every rule; these meet every file of kernels. */
  @Test
  void rulesHoldOnEveryKernel() throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(List.of("verify", "--backend", "cuda", "--report", folder.toString()));
    RULES.forEach(rule -> arguments.addAll(List.of("--rule", rule)));
    Cli run = Processes.modular(options(), arguments.toArray(String[]::new));
    assertEquals(0, run.exitCode(), run.err() + run.out());
    String last =
        run.out().lines().filter(line -> line.startsWith("cuda on ")).findFirst().orElse("");
    assertTrue(last.contains("(Software driver, no GPU): " + RULES.size() + " passed"), run.out());
    assertTrue(last.contains(" 0 failed, 0 unsupported, "), last);
    assertEquals(run.out(), Files.readString(folder.resolve("conformance.txt")));
  }

  @Test
  void theDeviceSaysThatItIsNoGpu() throws IOException, InterruptedException {
    Cli run = Processes.modular(options(), "devices").requireSuccess();
    assertTrue(run.out().contains("Software driver, no GPU"), run.out());
  }
}
