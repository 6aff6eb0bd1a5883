package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.KernelCache;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_context;
import org.jocl.cl_device_id;
import org.jocl.cl_kernel;
import org.jocl.cl_program;

/**
 * Compiles kernels for a device, or takes them from the cache on disk, which is keyed by device,
 * driver and source. Safe for any thread.
 */
final class ProgramCompiler {
  private static final System.Logger LOG = System.getLogger(ProgramCompiler.class.getName());
  private static final String COMMON = "common";
  private static final int LINES_OF_LOG = 12;
  private static final long MOST_BYTES = 64L << 20;

  private final cl_context context;
  private final ClDevice device;
  private final cl_device_id id;
  private final KernelCache cache;

  ProgramCompiler(cl_context context, ClDevice device, cl_device_id id, KernelCache cache) {
    this.context = context;
    this.device = device;
    this.id = id;
    this.cache = cache;
  }

  /** Returns a program for the device, which the caller releases. */
  cl_program compile(KernelSource source) {
    String text = text(COMMON) + "#line 1 \"" + source.file() + ".cl\"\n" + text(source.file());
    ClDevice.Facts facts = device.facts();
    List<String> key =
        List.of(
            "program",
            facts.platform(),
            facts.vendor(),
            facts.name(),
            facts.driver(),
            facts.languageVersion(),
            source.options(),
            text);
    Optional<cl_program> cached = cache.get(key).flatMap(binary -> fromBinary(source, binary));
    if (cached.isPresent()) {
      return cached.get();
    }
    long start = System.nanoTime();
    cl_program program = fromSource(source, text);
    LOG.log(
        System.Logger.Level.DEBUG,
        "compiled {0} in {1} ms: {2}",
        source.file(),
        (System.nanoTime() - start) / 1_000_000,
        source.options());
    if (cache.hasFolder()) {
      // Not for nothing: PoCL compiles each kernel once more for it, for work-groups of any size.
      binary(program).ifPresent(binary -> cache.put(key, binary));
    }
    return program;
  }

  /** Returns a file of the resources. */
  static String text(String file) {
    String name = file + ".cl";
    try (InputStream in = ProgramCompiler.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read resource " + name, e);
    }
  }

  private cl_program fromSource(KernelSource source, String text) {
    int[] status = new int[1];
    cl_program program =
        CL.clCreateProgramWithSource(context, 1, new String[] {text}, null, status);
    Cl.check(status[0], "clCreateProgramWithSource");
    int built = build(program, source);
    if (built != CL.CL_SUCCESS) {
      String log = buildLog(program);
      CL.clReleaseProgram(program);
      throw new BackendException(
          "kernel '"
              + source.file()
              + "' does not compile on "
              + device.facts().name()
              + " (driver "
              + device.facts().driver()
              + ") with "
              + source.options()
              + ": "
              + log);
    }
    return program;
  }

  /** A binary that a driver does not take any more is compiled again. */
  private Optional<cl_program> fromBinary(KernelSource source, byte[] binary) {
    int[] status = new int[1];
    int[] loaded = new int[1];
    cl_program program =
        CL.clCreateProgramWithBinary(
            context,
            1,
            new cl_device_id[] {id},
            new long[] {binary.length},
            new byte[][] {binary},
            loaded,
            status);
    if (status[0] != CL.CL_SUCCESS) {
      LOG.log(System.Logger.Level.DEBUG, "cached binary of {0} refused", source.file());
      return Optional.empty();
    }
    if (loaded[0] != CL.CL_SUCCESS
        || build(program, source) != CL.CL_SUCCESS
        || !hasKernel(program, source)) {
      CL.clReleaseProgram(program);
      LOG.log(System.Logger.Level.DEBUG, "cached binary of {0} does not link", source.file());
      return Optional.empty();
    }
    return Optional.of(program);
  }

  private int build(cl_program program, KernelSource source) {
    return SignalHandlers.keep(
        () -> CL.clBuildProgram(program, 1, new cl_device_id[] {id}, source.options(), null, null));
  }

  /** Some binaries build and turn out to be empty. */
  private static boolean hasKernel(cl_program program, KernelSource source) {
    int[] status = new int[1];
    cl_kernel kernel = CL.clCreateKernel(program, source.file(), status);
    if (status[0] != CL.CL_SUCCESS) {
      return false;
    }
    CL.clReleaseKernel(kernel);
    return true;
  }

  /** Nothing if the driver does not give it: then the program is not kept. */
  private static Optional<byte[]> binary(cl_program program) {
    long[] size = new long[1];
    int status =
        CL.clGetProgramInfo(
            program, CL.CL_PROGRAM_BINARY_SIZES, Sizeof.size_t, Pointer.to(size), null);
    if (status == CL.CL_SUCCESS && size[0] > 0 && size[0] <= MOST_BYTES) {
      byte[] binary = new byte[(int) size[0]];
      status =
          CL.clGetProgramInfo(
              program,
              CL.CL_PROGRAM_BINARIES,
              Sizeof.POINTER,
              Pointer.to(Pointer.to(binary)),
              null);
      if (status == CL.CL_SUCCESS) {
        return Optional.of(binary);
      }
    }
    LOG.log(
        System.Logger.Level.DEBUG,
        "binary not kept: clGetProgramInfo returned {0}, {1} bytes",
        Cl.word(status),
        size[0]);
    return Optional.empty();
  }

  private String buildLog(cl_program program) {
    long[] size = new long[1];
    CL.clGetProgramBuildInfo(program, id, CL.CL_PROGRAM_BUILD_LOG, 0, null, size);
    byte[] log = new byte[Math.toIntExact(size[0])];
    CL.clGetProgramBuildInfo(
        program, id, CL.CL_PROGRAM_BUILD_LOG, log.length, Pointer.to(log), null);
    return new String(log, StandardCharsets.UTF_8)
        .replace("\0", "")
        .strip()
        .lines()
        .limit(LINES_OF_LOG)
        .collect(Collectors.joining(" | "));
  }
}
