package dev.shiftwise.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kernel compiles for the devices that there are, where the toolkit's compiler is: without a
 * warning, with all its values in registers, and with no more of them than the choice of tiles
 * takes for granted. {@code target/registers-sm_*.txt} has the numbers.
 */
final class NvccTest {
  private static final Path RESOURCES =
      Path.of("src/main/resources/dev/shiftwise/backend/cuda").toAbsolutePath();

  private static final Pattern KERNEL =
      Pattern.compile(
          "Function properties for (\\w+)\\s+"
              + "(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill loads\\s+"
              + "ptxas info\\s+: Used (\\d+) registers(?:.*?(\\d+) bytes smem)?");

  private static final Pattern NAME =
      Pattern.compile("__global__ void __launch_bounds__\\([^)]*\\) (\\w+)\\(");

  /** Of a multiprocessor, for all architectures since 7.0. */
  private static final int REGISTERS = 65_536;

  /** Registers are given to warps in steps of so many a thread. */
  private static final int STEP = 8;

  /** Of a multiprocessor, as few as any of them has. */
  private static final int SHARED = 100 << 10;

  private static final int MOST_THREADS = 1536;

  /** Those with tiles; the longest first. */
  private static final List<KernelSource> LARGE =
      List.of(KernelSource.POINTWISE, KernelSource.CONVOLUTION);

  private static final List<Integer> ARCHITECTURES = List.of(80, 90, 100);

  @TempDir private Path folder;

  private static Tool compiler() {
    return Tool.installed("nvcc", Path.of("/usr/local/cuda/bin"));
  }

  private record Kernel(int registers, int shared) {}

  /**
   * Writes the small files into one, each in a namespace: most of their time goes to what the
   * compiler reads before each of them. That every file stands alone is seen where they are run.
   */
  private Path smallOnes() throws IOException {
    StringBuilder all = new StringBuilder("#include \"common.cuh\"\n");
    for (KernelSource source : KernelSource.values()) {
      if (!LARGE.contains(source)) {
        all.append(
            "namespace of_%s {\n#include \"%s\"\n}\n".formatted(source.stem(), source.file()));
      }
    }
    return Files.writeString(folder.resolve("small.cu"), all);
  }

  /** All files for all architectures; as many compilers at a time as there are processors. */
  private Map<Integer, Map<String, Kernel>> kernels() throws Exception {
    List<Path> sources =
        Stream.concat(
                LARGE.stream().map(source -> RESOURCES.resolve(source.file())),
                Stream.of(smallOnes()))
            .toList();
    Map<Integer, Map<String, Kernel>> all = new TreeMap<>();
    try (ExecutorService compilers =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      Map<Future<Map<String, Kernel>>, Integer> files = new LinkedHashMap<>();
      // The first file takes longer than all others together, so it must not come last.
      for (Path source : sources) {
        for (int architecture : ARCHITECTURES) {
          files.put(compilers.submit(() -> kernels(source, architecture)), architecture);
        }
      }
      for (Map.Entry<Future<Map<String, Kernel>>, Integer> file : files.entrySet()) {
        all.computeIfAbsent(file.getValue(), _ -> new TreeMap<>()).putAll(file.getKey().get());
      }
    }
    return all;
  }

  private Map<String, Kernel> kernels(Path source, int architecture)
      throws IOException, InterruptedException {
    Tool.Outcome outcome =
        compiler()
            .run(
                List.of(
                    "--std=c++17",
                    "-cubin",
                    "-arch=sm_" + architecture,
                    "-Werror",
                    "all-warnings",
                    "-Xptxas",
                    "-v",
                    "-I" + RESOURCES,
                    "-o",
                    folder.resolve(source.getFileName() + "." + architecture).toString(),
                    source.toString()));
    assertEquals(0, outcome.status(), outcome.messages());
    Map<String, Kernel> kernels = new TreeMap<>();
    Matcher matcher = KERNEL.matcher(outcome.messages());
    while (matcher.find()) {
      String name = matcher.group(1);
      for (int memory = 2; memory <= 4; memory++) {
        assertEquals("0", matcher.group(memory), name + ": " + matcher.group());
      }
      String shared = matcher.group(6);
      kernels.put(
          name,
          new Kernel(
              Integer.parseInt(matcher.group(5)), shared == null ? 0 : Integer.parseInt(shared)));
    }
    return kernels;
  }

  @Test
  void everyKernelCompiles() throws Exception {
    // Where there is none the test is skipped, and not a task of its.
    var _ = compiler();
    for (Map.Entry<Integer, Map<String, Kernel>> one : kernels().entrySet()) {
      assertEquals(names(), one.getValue().keySet());
      requireRoom(one.getKey(), one.getValue());
    }
  }

  private static Set<String> names() {
    Set<String> names = new TreeSet<>();
    for (KernelSource source : KernelSource.values()) {
      Matcher matcher = NAME.matcher(source.text());
      while (matcher.find()) {
        names.add(matcher.group(1));
      }
    }
    return names;
  }

  private static void requireRoom(int architecture, Map<String, Kernel> all) throws IOException {
    List<String> lines = new ArrayList<>();
    all.forEach(
        (name, kernel) ->
            lines.add(
                name + " " + kernel.registers() + " registers, " + kernel.shared() + " bytes"));
    Files.write(Path.of("target/registers-sm_" + architecture + ".txt"), lines);
    for (Tile tile : tiles()) {
      assertTrue(all.containsKey(tile.kernel()), () -> "there is no kernel " + tile);
      Kernel kernel = Objects.requireNonNull(all.get(tile.kernel()));
      int registers = Math.ceilDiv(kernel.registers(), STEP) * STEP * tile.threads();
      assertTrue(registers * tile.resident() <= REGISTERS, tile + " has " + kernel);
      assertTrue(kernel.shared() * tile.resident() <= SHARED, tile + " has " + kernel);
      assertTrue(tile.threads() * tile.resident() <= MOST_THREADS, tile::toString);
    }
  }

  private static List<Tile> tiles() {
    return Stream.concat(Tiles.ALL.pointwise().stream(), Tiles.ALL.convolution().stream()).toList();
  }
}
