package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.conformance.Required;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * ONNX's own test cases with their recorded answers, as Debian packs them in version 1.12: every
 * case that can be read gives those answers on the CPU, by OpenCL and by the kernels of CUDA on the
 * software driver, and no case drops out or in without a change of {@code onnx-cases.txt}. {@link
 * OnnxCase} says how a case is read.
 *
 * <p>Where the list differs, what was found lies in {@code target/onnx-cases-BACKEND.txt}.
 */
final class OnnxCasesTest {
  private static final String PACKAGE = "libonnx-testdata";
  private static final Path FOLDER = Path.of("/usr/share", PACKAGE, "data");

  private static List<String> listed() throws IOException {
    try (InputStream list = OnnxCasesTest.class.getResourceAsStream("onnx-cases.txt")) {
      assertNotNull(list);
      return new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static void requireCases() {
    if (!Files.isDirectory(FOLDER)) {
      Required.skip(
          "onnx-testdata", "no " + FOLDER + ": Debian's " + PACKAGE + " is not installed");
    }
  }

  private static void requireListed(String backend, List<String> found) throws IOException {
    List<String> wanted = listed();
    Path file = Path.of("target/onnx-cases-" + backend + ".txt");
    Files.write(file, found);
    List<String> differing = new ArrayList<>(found);
    differing.removeAll(wanted);
    assertEquals(List.of(), differing, "what is not so in onnx-cases.txt, as " + file);
    assertEquals(wanted, found, "onnx-cases.txt");
  }

  private static void requireListedOn(String name) throws IOException {
    requireCases();
    Backends backends = Backends.discover();
    if (backends.devices().stream().noneMatch(device -> device.backend().equals(name))) {
      Required.skip(name, "no " + name + " here");
    }
    try (Backend backend = backends.open(name)) {
      requireListed(name, OnnxCases.run(backend, FOLDER));
    }
  }

  @Test
  void countsOfTheList() throws IOException {
    Map<String, Long> counts =
        listed().stream()
            .map(line -> line.split("[\t:]", -1)[1])
            .collect(
                Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    assertEquals(Map.of("run", 491L, "refused", 563L, "rejected", 18L), counts);
  }

  @Test
  void recordedAnswersOnCpuVector() throws IOException {
    requireListedOn("cpu-vector");
  }

  @Test
  void recordedAnswersOnOpenCl() throws IOException {
    requireListedOn("opencl");
  }

  /** In a JVM of its own, which uses one core. */
  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void recordedAnswersOfCudasKernels() throws IOException, InterruptedException {
    requireCases();
    Cli run =
        Processes.ofTests(
            SoftwareDriver.options("--enable-native-access=ALL-UNNAMED"),
            OnnxCases.class,
            "cuda",
            FOLDER.toString());
    assertEquals(0, run.exitCode(), run::err);
    requireListed("cuda", run.out().lines().toList());
  }
}
