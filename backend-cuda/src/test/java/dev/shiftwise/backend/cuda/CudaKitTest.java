package dev.shiftwise.backend.cuda;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.conformance.Conformance;
import dev.shiftwise.conformance.Matrix;
import dev.shiftwise.conformance.Result;
import dev.shiftwise.conformance.Rule;
import dev.shiftwise.conformance.Rules;
import dev.shiftwise.conformance.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The kit on the software driver, which looks at every access of every kernel: all rules hold, it
 * has nothing to complain of, and everything was given back. In a JVM of its own, which finds the
 * driver as a user's does, by paths.
 */
class CudaKitTest {
  @TempDir private Path folder = Path.of("");

  /** What a report calls it, lest its results be taken for a GPU's. */
  private static final String NAME = "cuda (software driver)";

  private static final Path REPORT = Path.of("target/conformance-software-driver");

  /** What cannot be tested where there is a device. */
  private static final Set<String> UNTESTED = Set.of("SPI-05");

  /**
   * Work that starts late shows what is used too early; work that starts at once, what is changed
   * too late. The seed decides on the order of blocks and threads. The first compares what graphs
   * compute, the second what kernels do that are launched one by one. Both run at a time, each on a
   * core.
   */
  @Test
  void everyRuleHoldsAndNothingIsFound() throws IOException, InterruptedException {
    Process late = start(List.of(), "1", "1");
    Process atOnce = start(List.of(), "0", "2");
    String wanted =
        Stream.concat(
                Rules.all().stream()
                    .map(Rule::id)
                    .map(id -> id + (UNTESTED.contains(id) ? " UNTESTED" : " PASS")),
                Stream.of("complaints: ", "left: 0"))
            .collect(joining("\n"));
    try {
      assertEquals(wanted, FreshJvm.output(late), "late");
      assertEquals(wanted, FreshJvm.output(atOnce), "at once");
    } finally {
      late.destroy();
      atOnce.destroy();
    }
  }

  private static Process start(List<String> flags, String... arguments) throws IOException {
    SoftwareDriver software = SoftwareDriver.fresh();
    List<String> all = new ArrayList<>(flags);
    all.add(FreshJvm.ACCESS);
    // What is hot here is not Java's.
    all.add("-XX:TieredStopAtLevel=1");
    all.add("-D" + LibrarySearch.DRIVER + "=" + software.path());
    all.add("-D" + LibrarySearch.NVRTC + "=" + software.nvrtcPath());
    return FreshJvm.builder(Kit.class, all, arguments).start();
  }

  /** File, what is right in it, what takes its place, the rule that meets it, what is said. */
  static Stream<Arguments> faults() {
    String lay = "lay_turn(shared + turn * T::TURN_QUADS);";
    return Stream.of(
        arguments("tile.cuh", lay + "\n      __syncthreads();", lay, "CONV-04", "race: "),
        arguments("softmax.cu", "half >= side", "thread < half", "SOFTMAX-01", "divergence: "),
        arguments(
            "common.cuh",
            "&& ((unsigned long long)from & 15) == 0",
            "",
            "SHIFT-04",
            "multiple of 16"),
        arguments(
            "common.cuh",
            "if (at.live > 3)\n      pixels[3]",
            "pixels[3]",
            "POINTWISE-04",
            "race: "));
  }

  /** Were they not found, silence would prove nothing about the backend's own kernels. */
  @ParameterizedTest
  @MethodSource("faults")
  void aFaultInAKernelIsFound(String file, String right, String wrong, String rule, String found)
      throws IOException, InterruptedException {
    Path name = Path.of("dev/shiftwise/backend/cuda", file);
    String source = Planted.text(file);
    assertTrue(source.contains(right), source);
    Path faulty = folder.resolve(name);
    Files.createDirectories(faulty.getParent());
    Files.writeString(faulty, source.replace(right, wrong));
    String output = FreshJvm.output(start(List.of("-Xbootclasspath/a:" + folder), "1", "1", rule));
    assertTrue(output.contains(rule + " FAIL"), output);
    assertTrue(output.contains(found), output);
  }

  /**
   * Prints the verdict of every rule, or of the one that is named, and what the software driver
   * says: a program of its own.
   */
  static final class Kit {
    private Kit() {}

    // The test reads the standard output of this program.
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws IOException {
      SoftwareDriver software = SoftwareDriver.fresh();
      software.set("late", Long.parseLong(args[0]));
      software.set("seed", Long.parseLong(args[1]));
      boolean first = args[0].equals("1");
      BackendProvider provider = first ? new WarmProvider() : new CudaProvider();
      Conformance all = Conformance.requiring(Set.of(provider.name()));
      Conformance asked = args.length == 2 ? all : all.only(Set.of(args[2]));
      Matrix matrix = asked.run(provider, (_, _) -> {});
      matrix.columns().getFirst().results().forEach(result -> System.out.println(line(result)));
      matrix.problems().forEach(System.out::println);
      System.out.println("complaints: " + software.log());
      System.out.println("left: " + (software.count("contexts") + software.count("leaked")));
      // One of the two kits that run at a time writes the report.
      if (args.length == 2 && first) {
        write(matrix);
      }
    }

    private static String line(Result result) {
      String detail = result.verdict() == Verdict.FAIL ? " " + result.detail() : "";
      return result.rule().id() + " " + result.verdict() + detail;
    }

    private static void write(Matrix matrix) throws IOException {
      Matrix.Column column = matrix.columns().getFirst();
      Matrix named =
          new Matrix(
              List.of(
                  new Matrix.Column(NAME, column.device(), column.unavailable(), column.results())),
              matrix.problems());
      Files.createDirectories(REPORT);
      Files.writeString(REPORT.resolve("conformance.txt"), named.toText());
      Files.writeString(REPORT.resolve("conformance.json"), named.toJson());
      Files.writeString(REPORT.resolve("conformance.html"), named.toHtml());
    }
  }
}
