package dev.shiftwise.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The functions of OpenBLAS that its comparison calls, with integers of 32 bits. The library is
 * loaded once and never closed: it has threads of its own.
 */
final class OpenBlasLibrary {
  /** Where it is installed as usual. */
  static final String FILE = "libopenblas.so.0";

  private static final int ROW_MAJOR = 101;
  private static final int NOT_TRANSPOSED = 111;
  private static final int LONGEST_TEXT = 1024;

  /** OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ... */
  private static final Pattern CONFIGURATION = Pattern.compile("OpenBLAS (\\S+)");

  private final MethodHandle sgemm;
  private final MethodHandle setThreads;
  private final MethodHandle configuration;
  private final MethodHandle core;

  private OpenBlasLibrary(SymbolLookup library, String file) throws UnavailableException {
    sgemm =
        handle(
            library,
            file,
            "cblas_sgemm",
            FunctionDescriptor.ofVoid(
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                JAVA_FLOAT,
                ADDRESS,
                JAVA_INT,
                ADDRESS,
                JAVA_INT,
                JAVA_FLOAT,
                ADDRESS,
                JAVA_INT));
    setThreads =
        handle(library, file, "openblas_set_num_threads", FunctionDescriptor.ofVoid(JAVA_INT));
    configuration = handle(library, file, "openblas_get_config", FunctionDescriptor.of(ADDRESS));
    core = handle(library, file, "openblas_get_corename", FunctionDescriptor.of(ADDRESS));
  }

  /**
   * Loads the library.
   *
   * @param file its name, which the system's loader looks for in its own places, or a path
   * @throws UnavailableException if that cannot be done here; the message says what to do
   */
  @SuppressWarnings("restricted")
  static OpenBlasLibrary open(String file) throws UnavailableException {
    try {
      return new OpenBlasLibrary(SymbolLookup.libraryLookup(file, Arena.global()), file);
    } catch (IllegalArgumentException e) {
      throw new UnavailableException(
          "the system's loader does not find "
              + file
              + "; Debian's package is libopenblas0-pthread",
          e);
    } catch (IllegalCallerException e) {
      throw new UnavailableException("the JVM denies native access: " + e.getMessage(), e);
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle handle(
      SymbolLookup library, String file, String name, FunctionDescriptor descriptor)
      throws UnavailableException {
    MemorySegment address =
        library
            .find(name)
            .orElseThrow(() -> new UnavailableException(file + " lacks " + name, null));
    return Linker.nativeLinker().downcallHandle(address, descriptor);
  }

  /** Returns the version and the processor whose kernels it has chosen, as in 0.3.21 (Zen). */
  String version() {
    Matcher matcher = CONFIGURATION.matcher(text(configuration));
    return (matcher.find() ? matcher.group(1) : "unknown") + " (" + text(core) + ")";
  }

  /** Sets the number of threads that compute, for this whole process. */
  void setThreads(int threads) {
    try {
      setThreads.invokeExact(threads);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /**
   * Computes {@code c = a b}, all of them dense, row by row.
   *
   * @param rows of a and c
   * @param columns of b and c
   * @param inner columns of a, rows of b
   */
  void multiply(
      int rows, int columns, int inner, MemorySegment a, MemorySegment b, MemorySegment c) {
    try {
      sgemm.invokeExact(
          ROW_MAJOR,
          NOT_TRANSPOSED,
          NOT_TRANSPOSED,
          rows,
          columns,
          inner,
          1f,
          a,
          inner,
          b,
          columns,
          0f,
          c,
          columns);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  @SuppressWarnings("restricted")
  private static String text(MethodHandle function) {
    try {
      MemorySegment text = (MemorySegment) function.invokeExact();
      return text.reinterpret(LONGEST_TEXT).getString(0);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  private static IllegalStateException failed(Throwable e) {
    return new IllegalStateException("a call of OpenBLAS failed", e);
  }

  /** OpenBLAS cannot be had here. */
  static final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnavailableException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
