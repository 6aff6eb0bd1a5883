package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.shiftwise.plan.Capabilities;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * cuBLAS: pointwise convolutions as products of many matrices in one call, which it is given by
 * addresses in the slab. So channel and address shift are other addresses, as in this backend's own
 * kernels. Bias, residual, activation and guards are a second call's work.
 *
 * @param functions its functions
 * @param version as it says
 */
record CublasLibrary(Cublas functions, String version) implements Library {
  private static final int MAJOR = 10_000;
  private static final int MINOR = 100;

  /** Bytes that NVIDIA recommends for devices before 9.0, and since. */
  private static final long SMALL_WORKSPACE = 4L << 20;

  private static final long LARGE_WORKSPACE = 32L << 20;

  /** Loads it, and sees that it starts in the thread's context. */
  static Library load(NativeLibrary file) throws NativeLibrary.MissingSymbolsException {
    Cublas cublas = new Cublas(file);
    MemorySegment handle = handle(cublas);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment version = arena.allocate(JAVA_INT);
      cublas.check(cublas.cublasGetVersion_v2(handle, version), "cublasGetVersion");
      int number = version.get(JAVA_INT, 0);
      return new CublasLibrary(
          cublas, number / MAJOR + "." + number % MAJOR / MINOR + "." + number % MINOR);
    } finally {
      cublas.check(cublas.cublasDestroy_v2(handle), "cublasDestroy");
    }
  }

  private static MemorySegment handle(Cublas cublas) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(ADDRESS);
      cublas.check(cublas.cublasCreate_v2(handle), "cublasCreate");
      return handle.get(ADDRESS, 0);
    }
  }

  @Override
  public String name() {
    return "cuBLAS";
  }

  @Override
  public Capabilities capabilities() {
    return CudaBackend.ownCapabilities();
  }

  @Override
  public boolean guards() {
    return true;
  }

  @Override
  public Steps begin(DeviceMemory memory, CudaStream stream) {
    MemorySegment handle = handle(functions);
    memory.release(() -> note(functions.cublasDestroy_v2(handle), "cublasDestroy"));
    functions.check(functions.cublasSetStream_v2(handle, stream.handle()), "cublasSetStream");
    functions.check(
        functions.cublasSetMathMode(handle, Cublas.CUBLAS_DEFAULT_MATH), "cublasSetMathMode");
    // Its own one is allocated when it is first needed, which may be during a capture.
    boolean large = memory.context().device().facts().capability() >= 90;
    long bytes = large ? LARGE_WORKSPACE : SMALL_WORKSPACE;
    functions.check(
        functions.cublasSetWorkspace_v2(
            handle, MemorySegment.ofAddress(memory.allocate(bytes)), bytes),
        "cublasSetWorkspace");
    return new CublasSteps(functions, handle, memory);
  }

  private void note(int result, String call) {
    if (result != Cublas.CUBLAS_STATUS_SUCCESS) {
      Status.note(call, functions.word(result));
    }
  }
}
