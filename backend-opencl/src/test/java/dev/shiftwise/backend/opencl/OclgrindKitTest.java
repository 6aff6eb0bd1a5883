package dev.shiftwise.backend.opencl;

import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.conformance.Conformance;
import dev.shiftwise.conformance.Matrix;
import dev.shiftwise.conformance.Result;
import dev.shiftwise.conformance.Rule;
import dev.shiftwise.conformance.Rules;
import dev.shiftwise.conformance.Verdict;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The kit on oclgrind, which checks every access of every kernel: it has to find nothing. Each run
 * is a JVM of its own that uses one core.
 */
@Execution(ExecutionMode.CONCURRENT)
class OclgrindKitTest {
  private static final String THREADS = "oclgrind cannot stand two threads at a time";

  private static final Map<String, String> LEFT_OUT =
      Map.of(
          "SESSION-05", "oclgrind has one compute unit, whatever the number of threads",
          "SESSION-19", THREADS,
          "SESSION-20", THREADS,
          "SESSION-21", THREADS,
          "SESSION-22", "a thousand runs of one network, for the sake of the host's memory");

  private static final String VALUES = "shapes that other rules have, once more for their values";

  /**
   * Of variants, beside what is left out everywhere: a quarter of the time. Their values are
   * checked by all rules on PoCL ({@link OpenClConformanceTest}); here it is their accesses.
   */
  private static final Map<String, String> LEFT_OUT_OF_VARIANTS =
      Map.of("POINTWISE-10", VALUES, "NET-05", VALUES, "NET-07", VALUES);

  /** What cannot be tested where there is a device. */
  private static final Set<String> UNTESTED = Set.of("SPI-05");

  @TempDir private Path folder = Path.of("");

  /**
   * Oclgrind says that it is every kind of device, so as it ships the backend has 64 work-items
   * side by side, one pixel each. The second has 4 of them with vectors, the third one with the
   * widest.
   */
  @ParameterizedTest
  @ValueSource(
      classes = {OpenClProvider.class, VariantProvider.Card.class, VariantProvider.Mapped.class})
  void everyRuleHoldsAndNothingIsFound(Class<? extends BackendProvider> provider) throws Exception {
    Oclgrind.Report report = Oclgrind.installed().run(folder, Kit.class, provider.getName());
    assertEquals("", report.complaints(), report.output());
    Map<String, String> wanted =
        Rules.all().stream().map(Rule::id).collect(toMap(id -> id, id -> wanted(id, provider)));
    assertEquals(String.join("\n", new TreeMap<>(wanted).values()), report.output());
  }

  /** Were they not found, silence would prove nothing about the backend's own kernels. */
  @ParameterizedTest
  @CsvSource({
    "average, barrier(CLK_LOCAL_MEM_FENCE);, ;, POOL-04, Read-write data race at local memory",
    "pointwise, barrier(CLK_GLOBAL_MEM_FENCE);, ;, NET-02, Read-write data race at global memory",
    "pointwise, (b[o]), (b[o + OUTPUTS]), POINTWISE-04, Invalid read of size 4 at global memory"
  })
  void aFaultInAKernelIsFound(String file, String right, String wrong, String rule, String found)
      throws Exception {
    Path name = Path.of("dev/shiftwise/backend/opencl", file + ".cl");
    String source;
    try (InputStream in = OpenClProvider.class.getResourceAsStream(file + ".cl")) {
      assertNotNull(in, file);
      source = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertTrue(source.contains(right), source);
    Path faulty = folder.resolve(name);
    Files.createDirectories(faulty.getParent());
    Files.writeString(faulty, source.replace(right, wrong));
    Oclgrind.Report report =
        Oclgrind.installed()
            .with("-Xbootclasspath/a:" + folder)
            .run(folder, Kit.class, VariantProvider.Card.class.getName(), rule);
    assertTrue(report.complaints().contains(found), report::toString);
  }

  private static String wanted(String id, Class<?> provider) {
    boolean untested = leftOut(provider).containsKey(id) || UNTESTED.contains(id);
    return id + (untested ? " UNTESTED" : " PASS");
  }

  private static Map<String, String> leftOut(Class<?> provider) {
    Map<String, String> all = new HashMap<>(LEFT_OUT);
    if (VariantProvider.class.isAssignableFrom(provider)) {
      all.putAll(LEFT_OUT_OF_VARIANTS);
    }
    return all;
  }

  /** Prints the verdict of every rule, or of the one that is named: a program of its own. */
  static final class Kit {
    private Kit() {}

    // The test reads the standard output of this program.
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws ReflectiveOperationException {
      Oclgrind.enterByOneThread();
      BackendProvider provider =
          Class.forName(args[0]).asSubclass(BackendProvider.class).getConstructor().newInstance();
      Conformance all = Conformance.requiring(Set.of(provider.name()));
      Conformance asked =
          args.length == 1
              ? all.leavingOut(leftOut(provider.getClass()))
              : all.only(Set.of(args[1]));
      Matrix matrix = asked.run(provider, (_, _) -> {});
      Map<String, String> lines = new TreeMap<>();
      for (Result result : matrix.columns().getFirst().results()) {
        String detail = result.verdict() == Verdict.FAIL ? " " + result.detail() : "";
        lines.put(result.rule().id(), result.rule().id() + " " + result.verdict() + detail);
      }
      lines.values().forEach(System.out::println);
      matrix.problems().forEach(System.out::println);
    }
  }
}
