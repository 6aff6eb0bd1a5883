package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shiftwise.backend.KernelCache;
import dev.shiftwise.backend.cuda.NativeLibrary.CannotLoadException;
import dev.shiftwise.backend.cuda.NativeLibrary.MissingSymbolsException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Map;

/**
 * The software driver, loaded: stand-ins for {@code libcuda.so.1} and NVRTC that run kernels on the
 * host and look at every access. Its state is the process's, as a driver's is.
 */
final class SoftwareDriver {
  private final SoftwareDriverBuild build;
  private final Path path;
  private final NativeLibrary library;
  private final NativeLibrary compiler;

  private SoftwareDriver(
      SoftwareDriverBuild build, Path path, NativeLibrary library, NativeLibrary compiler) {
    this.build = build;
    this.path = path;
    this.library = library;
    this.compiler = compiler;
  }

  /**
   * Loads it as new: without settings, faults and counts of before. Where it cannot be built the
   * test is skipped, or fails if it is required.
   */
  static SoftwareDriver fresh() {
    SoftwareDriverBuild build = SoftwareDriverBuild.made();
    return load(build, build.driver());
  }

  /** Loads one whose driver lacks a function. */
  static SoftwareDriver without(String function) {
    SoftwareDriverBuild build = SoftwareDriverBuild.made();
    return load(build, build.driverWithout(function));
  }

  private static SoftwareDriver load(SoftwareDriverBuild build, Path driver) {
    try {
      SoftwareDriver loaded =
          new SoftwareDriver(
              build,
              driver,
              NativeLibrary.open(driver.toString()),
              NativeLibrary.open(build.nvrtc().toString()));
      loaded.reset();
      return loaded;
    } catch (CannotLoadException e) {
      throw new AssertionError(e);
    }
  }

  Path path() {
    return path;
  }

  Path nvrtcPath() {
    return Path.of(compiler.name());
  }

  /** Looks for devices where a user would name these two libraries. */
  Probing.Found look() {
    return Probing.look(search());
  }

  /** Looks for libraries where a user would name these. */
  LibrarySearch search() {
    Map<String, String> given =
        Map.of(
            LibrarySearch.DRIVER,
            path().toString(),
            LibrarySearch.NVRTC,
            nvrtcPath().toString(),
            LibrarySearch.CUDNN,
            build.cudnn().toString(),
            LibrarySearch.CUBLAS,
            build.cublas().toString());
    return new LibrarySearch(_ -> null, given::get, Path.of("/no/such/folder"));
  }

  /** Opens its device, with compiled kernels kept as they are for a user. */
  CudaBackend open() {
    return open(KernelCache.ofUser("cuda"));
  }

  CudaBackend open(KernelCache cache) {
    CudaDevice device = look().devices().getFirst();
    return new CudaBackend(Descriptions.device("cuda", device), device, cache);
  }

  CudaDriver driver() {
    try {
      return new CudaDriver(library);
    } catch (MissingSymbolsException e) {
      throw new AssertionError(e);
    }
  }

  Nvrtc nvrtc() {
    try {
      return new Nvrtc(compiler);
    } catch (MissingSymbolsException e) {
      throw new AssertionError(e);
    }
  }

  /** Settings as they are at first; counts of nothing, no faults, an empty log. */
  private void reset() {
    var _ = call(library, "softdriver_reset", FunctionDescriptor.ofVoid());
    nvrtcFails("", 0);
    nvrtcVersion(12, 9);
  }

  /** Sets one of version, devices, memory, capability, seed, late, races. */
  void set(String name, long value) {
    try (Arena arena = Arena.ofConfined()) {
      FunctionDescriptor type = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG);
      if ((int) call(library, "softdriver_set", type, arena.allocateFrom(name), value) == 0) {
        throw new IllegalArgumentException("no setting " + name);
      }
    }
  }

  /** Lets the n-th call from now on of a function fail; the first is 1. */
  void fail(String function, long nth, int result) {
    fail(function, nth, result, 0);
  }

  /** Lets every call fail from the n-th call of a function on. */
  void loseDevice(String function, long nth, int result) {
    fail(function, nth, result, 1);
  }

  private void fail(String function, long nth, int result, int lasting) {
    try (Arena arena = Arena.ofConfined()) {
      FunctionDescriptor type = FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT);
      MemorySegment name = arena.allocateFrom(function);
      var _ = call(library, "softdriver_fail", type, name, nth, result, lasting);
    }
  }

  /** Returns how many objects of a kind there are, or how often a function was called. */
  long count(String what) {
    try (Arena arena = Arena.ofConfined()) {
      FunctionDescriptor type = FunctionDescriptor.of(JAVA_LONG, ADDRESS);
      return (long) call(library, "softdriver_count", type, arena.allocateFrom(what));
    }
  }

  /** Returns what it has found, a line for each fault. */
  String log() {
    try (Arena arena = Arena.ofConfined()) {
      FunctionDescriptor type = FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG);
      long bytes = (long) call(library, "softdriver_log", type, MemorySegment.NULL, 0L) + 1;
      MemorySegment text = arena.allocate(bytes);
      var _ = call(library, "softdriver_log", type, text, bytes);
      return text.getString(0);
    }
  }

  /** Lets every call of a function of NVRTC fail. */
  void nvrtcFails(String function, int result) {
    try (Arena arena = Arena.ofConfined()) {
      FunctionDescriptor type = FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT);
      var _ = call(compiler, "softdriver_nvrtc_fail", type, arena.allocateFrom(function), result);
    }
  }

  void nvrtcVersion(int major, int minor) {
    FunctionDescriptor type = FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT);
    var _ = call(compiler, "softdriver_nvrtc_version", type, major, minor);
  }

  /** Returns how many programs were not found compiled, in this process. */
  long compiled() {
    FunctionDescriptor type = FunctionDescriptor.of(JAVA_LONG);
    return (long) call(compiler, "softdriver_nvrtc_compiled", type);
  }

  // Returns null where the function returns nothing.
  @SuppressWarnings({"restricted", "NullAway"})
  private static Object call(
      NativeLibrary library, String name, FunctionDescriptor type, Object... arguments) {
    MemorySegment address = library.find(name).orElseThrow();
    MethodHandle handle = Linker.nativeLinker().downcallHandle(address, type);
    try {
      return handle.invokeWithArguments(arguments);
    } catch (Throwable thrown) {
      throw new AssertionError(thrown);
    }
  }
}
