package dev.shiftwise.backend.cuda;

import static dev.shiftwise.backend.cuda.CudaConstants.CUDA_SUCCESS;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The kernels of {@code planted.cu}, on the software driver by its functions alone. */
final class Planted implements AutoCloseable {
  private static final int NON_BLOCKING = 1;

  final SoftwareDriver software;
  final CudaDriver cuda;
  final Arena arena = Arena.ofShared();
  final MemorySegment context;
  final MemorySegment module;
  final MemorySegment stream;
  private final Map<String, MemorySegment> kernels = new HashMap<>();

  Planted(SoftwareDriver software) {
    this.software = software;
    this.cuda = software.driver();
    check(cuda.cuInit(0));
    MemorySegment out = arena.allocate(ADDRESS);
    check(cuda.cuDevicePrimaryCtxRetain(out, 0));
    context = out.get(ADDRESS, 0);
    check(cuda.cuCtxPushCurrent_v2(context));
    check(cuda.cuModuleLoadData(out, cubin(software.nvrtc())));
    module = out.get(ADDRESS, 0);
    check(cuda.cuStreamCreate(out, NON_BLOCKING));
    stream = out.get(ADDRESS, 0);
  }

  private static MemorySegment cubin(Nvrtc nvrtc) {
    Compiled compiled = Compiled.of(nvrtc, text("planted.cu"), List.of("--gpu-architecture=sm_80"));
    assertEquals(Nvrtc.NVRTC_SUCCESS, compiled.status(), compiled.log());
    return compiled.cubin();
  }

  static String text(String name) {
    try (InputStream in = Planted.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What NVRTC made of a program. */
  record Compiled(int status, String log, MemorySegment cubin) {

    static Compiled of(Nvrtc nvrtc, String source, List<String> options) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment out = arena.allocate(ADDRESS);
        MemorySegment headers = arena.allocate(ADDRESS);
        headers.set(ADDRESS, 0, arena.allocateFrom(text("planted.cuh")));
        MemorySegment names = arena.allocate(ADDRESS);
        names.set(ADDRESS, 0, arena.allocateFrom("planted.cuh"));
        check(
            nvrtc.nvrtcCreateProgram(
                out,
                arena.allocateFrom(source),
                arena.allocateFrom("planted.cu"),
                1,
                headers,
                names));
        MemorySegment program = out.get(ADDRESS, 0);
        MemorySegment words = arena.allocate(ADDRESS, options.size());
        for (int i = 0; i < options.size(); i++) {
          words.setAtIndex(ADDRESS, i, arena.allocateFrom(options.get(i)));
        }
        int status = nvrtc.nvrtcCompileProgram(program, options.size(), words);
        MemorySegment size = arena.allocate(JAVA_LONG);
        check(nvrtc.nvrtcGetProgramLogSize(program, size));
        MemorySegment log = arena.allocate(size.get(JAVA_LONG, 0));
        check(nvrtc.nvrtcGetProgramLog(program, log));
        check(nvrtc.nvrtcGetCUBINSize(program, size));
        MemorySegment cubin = Arena.ofAuto().allocate(size.get(JAVA_LONG, 0));
        check(nvrtc.nvrtcGetCUBIN(program, cubin));
        check(nvrtc.nvrtcDestroyProgram(out));
        return new Compiled(status, log.getString(0), cubin);
      }
    }
  }

  static void check(int status) {
    assertEquals(CUDA_SUCCESS, status);
  }

  /** Returns a kernel; looked up once, since that is not allowed during a capture. */
  MemorySegment kernel(String name) {
    return kernels.computeIfAbsent(
        name,
        wanted -> {
          MemorySegment out = arena.allocate(ADDRESS);
          check(cuda.cuModuleGetFunction(out, module, arena.allocateFrom(wanted)));
          return out.get(ADDRESS, 0);
        });
  }

  /** Returns device memory that holds these values. */
  long device(float... values) {
    long address = beingUploaded(values);
    check(cuda.cuStreamSynchronize(MemorySegment.NULL));
    return address;
  }

  /** Returns device memory that these values come to in the legacy stream. */
  long beingUploaded(float... values) {
    MemorySegment out = arena.allocate(JAVA_LONG);
    check(cuda.cuMemAlloc_v2(out, (long) values.length * Float.BYTES));
    long address = out.get(JAVA_LONG, 0);
    MemorySegment host = arena.allocateFrom(JAVA_FLOAT, values);
    check(cuda.cuMemcpyHtoD_v2(address, host, host.byteSize()));
    return address;
  }

  /** Returns pinned memory that holds these values. */
  @SuppressWarnings("restricted")
  MemorySegment pinned(float... values) {
    MemorySegment out = arena.allocate(ADDRESS);
    long bytes = (long) values.length * Float.BYTES;
    check(cuda.cuMemHostAlloc(out, bytes, 0));
    return out.get(ADDRESS, 0).reinterpret(bytes).copyFrom(MemorySegment.ofArray(values));
  }

  /** Returns what stands in device memory, after all work. */
  float[] fetch(long address, int count) {
    assertEquals(CUDA_SUCCESS, synchronize(), software::log);
    MemorySegment host = arena.allocate(JAVA_FLOAT, count);
    check(cuda.cuMemcpyDtoH_v2(host, address, host.byteSize()));
    return host.toArray(JAVA_FLOAT);
  }

  /** Launches a kernel on the stream; the parameters are addresses, ints, floats or segments. */
  int launch(String name, int blocks, int threads, Object... parameters) {
    MemorySegment pointers = arena.allocate(ADDRESS, Math.max(1, parameters.length));
    for (int i = 0; i < parameters.length; i++) {
      MemorySegment value =
          switch (parameters[i]) {
            case Long number -> arena.allocateFrom(JAVA_LONG, number);
            case Integer number -> arena.allocateFrom(ValueLayout.JAVA_INT, number);
            case Float number -> arena.allocateFrom(JAVA_FLOAT, number);
            case MemorySegment struct -> struct;
            default -> throw new IllegalArgumentException(parameters[i].toString());
          };
      pointers.setAtIndex(ADDRESS, i, value);
    }
    return cuda.cuLaunchKernel(
        kernel(name), blocks, 1, 1, threads, 1, 1, 0, stream, pointers, MemorySegment.NULL);
  }

  int synchronize() {
    return cuda.cuStreamSynchronize(stream);
  }

  /** Gives the context back, with all that is in it. */
  @Override
  public void close() {
    check(cuda.cuCtxPopCurrent_v2(MemorySegment.NULL));
    check(cuda.cuDevicePrimaryCtxRelease_v2(0));
    arena.close();
  }
}
