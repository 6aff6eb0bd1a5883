package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.shiftwise.backend.BackendException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * An NVRTC that was found and that compiles.
 *
 * @param nvrtc its functions
 * @param file where it was found, as the loader was asked for it
 * @param major the version's digits before the dot
 * @param minor the version's digits after the dot
 * @param architectures what it compiles for, as 90 for compute capability 9.0, in ascending order
 */
record Compiler(Nvrtc nvrtc, String file, int major, int minor, List<Integer> architectures) {
  private static final String BUILTINS = "libnvrtc-builtins.so.*";
  private static final String TRIAL = "extern \"C\" __global__ void trial(float* x) { *x = 1; }";

  /** Copies the architectures. */
  Compiler {
    architectures = List.copyOf(architectures);
  }

  /**
   * Loads an NVRTC and compiles a line with it, since one that lacks its second library shows that
   * only then.
   *
   * @param file a path, or a name that the loader looks for
   * @throws NativeLibrary.CannotLoadException if it cannot be loaded
   * @throws NativeLibrary.MissingSymbolsException if it lacks functions
   * @throws BackendException if it does not compile
   */
  static Compiler load(String file)
      throws NativeLibrary.CannotLoadException, NativeLibrary.MissingSymbolsException {
    loadBuiltins(file);
    Nvrtc nvrtc = new Nvrtc(NativeLibrary.open(file));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment version = arena.allocate(JAVA_INT, 2);
      nvrtc.check(nvrtc.nvrtcVersion(version, version.asSlice(Integer.BYTES)), "nvrtcVersion");
      Compiler compiler =
          new Compiler(
              nvrtc,
              file,
              version.getAtIndex(JAVA_INT, 0),
              version.getAtIndex(JAVA_INT, 1),
              architectures(nvrtc, arena));
      compiler.tryOut();
      return compiler;
    }
  }

  /**
   * NVRTC opens its second library by name at the first compilation, and finds it in a folder that
   * the loader does not know only if it is loaded already.
   */
  private static void loadBuiltins(String file) {
    Path folder = Path.of(file).getParent();
    if (folder == null) {
      return;
    }
    for (Path builtins : Folders.within(folder, BUILTINS)) {
      try {
        NativeLibrary.open(builtins.toString());
      } catch (NativeLibrary.CannotLoadException e) {
        // The trial tells whether it was needed, in NVRTC's own words.
        System.getLogger(Compiler.class.getName())
            .log(System.Logger.Level.DEBUG, "not loaded: {0}", e.getMessage());
      }
    }
  }

  private static List<Integer> architectures(Nvrtc nvrtc, Arena arena) {
    MemorySegment count = arena.allocate(JAVA_INT);
    nvrtc.check(nvrtc.nvrtcGetNumSupportedArchs(count), "nvrtcGetNumSupportedArchs");
    MemorySegment all = arena.allocate(JAVA_INT, count.get(JAVA_INT, 0));
    nvrtc.check(nvrtc.nvrtcGetSupportedArchs(all), "nvrtcGetSupportedArchs");
    return Arrays.stream(all.toArray(JAVA_INT)).sorted().boxed().toList();
  }

  private void tryOut() {
    if (architectures.isEmpty()) {
      throw new BackendException("it names no architecture that it compiles for");
    }
    try (NvrtcProgram program = new NvrtcProgram(nvrtc, "trial.cu", TRIAL, Map.of())) {
      if (program.compile(options(architectures.getLast())).length == 0) {
        throw new BackendException("it compiles to nothing");
      }
    }
  }

  /** Returns the options of every compilation. */
  static List<String> options(int architecture) {
    return List.of("--std=c++17", "--gpu-architecture=sm_" + architecture);
  }

  /**
   * Returns for which architecture to compile so that a device runs it: its own, or an older one of
   * the same major version; nothing if this NVRTC has none.
   *
   * @param capability the device's compute capability, as 90 for 9.0
   */
  OptionalInt architectureFor(int capability) {
    return architectures.stream()
        .mapToInt(Integer::intValue)
        .filter(one -> one / 10 == capability / 10 && one <= capability)
        .max();
  }

  /** Returns the version as NVIDIA writes it. */
  String version() {
    return major + "." + minor;
  }
}
