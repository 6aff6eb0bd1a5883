package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.shiftwise.conformance.Conformance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The CUDA backend as users call it, on the software driver that its own tests have built: on the
 * module path, with libraries that are named by their paths.
 */
final class SoftwareDriverTest {
  private static final Path BUILDS = Repository.file("backend-cuda/target/software-driver");

  @TempDir private Path folder = Path.of("");

  private static List<String> options() throws IOException {
    Optional<Path> build = newest();
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

  private static Optional<Path> newest() throws IOException {
    if (!Files.isDirectory(BUILDS)) {
      return Optional.empty();
    }
    try (Stream<Path> builds = Files.list(BUILDS)) {
      return builds
          .filter(build -> Files.exists(build.resolve("libcuda.so.1")))
          .max(Comparator.comparingLong(build -> build.toFile().lastModified()));
    }
  }

  @Test
  void everyRuleHolds() throws IOException, InterruptedException {
    Cli run =
        Processes.modular(options(), "verify", "--backend", "cuda", "--report", folder.toString());
    assertEquals(0, run.exitCode(), run.err() + run.out());
    String last =
        run.out().lines().filter(line -> line.startsWith("cuda on ")).findFirst().orElse("");
    assertTrue(last.contains("(Software driver, no GPU): "), run.out());
    assertTrue(last.contains(" 0 failed, 0 unsupported, 1 untested; "), last);
    assertEquals(run.out(), Files.readString(folder.resolve("conformance.txt")));
  }

  @Test
  void theDeviceSaysThatItIsNoGpu() throws IOException, InterruptedException {
    Cli run = Processes.modular(options(), "devices").requireSuccess();
    assertTrue(run.out().contains("Software driver, no GPU"), run.out());
  }
}
