package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.shiftwise.plan.Capabilities;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * cuDNN: convolutions with their bias, activation and residual in one call, and the channel shuffle
 * as a transposed tensor. It knows no shifts, so that each of them is a copy of its own before it.
 *
 * @param functions its functions
 */
record CudnnLibrary(Cudnn functions) implements Library {
  private static final int MAJOR = 10_000;
  private static final int MINOR = 100;

  /** Loads it, and sees that it starts in the thread's context. */
  static Library load(NativeLibrary file) throws NativeLibrary.MissingSymbolsException {
    Cudnn cudnn = new Cudnn(file);
    cudnn.check(cudnn.cudnnDestroy(handle(cudnn)), "cudnnDestroy");
    return new CudnnLibrary(cudnn);
  }

  private static MemorySegment handle(Cudnn cudnn) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(ADDRESS);
      cudnn.check(cudnn.cudnnCreate(handle), "cudnnCreate");
      return handle.get(ADDRESS, 0);
    }
  }

  @Override
  public String name() {
    return "cuDNN";
  }

  @Override
  public String version() {
    long version = functions.cudnnGetVersion();
    return version / MAJOR + "." + version % MAJOR / MINOR + "." + version % MINOR;
  }

  @Override
  public Capabilities capabilities() {
    Capabilities own = CudaBackend.ownCapabilities();
    return new Capabilities(own.operators(), Set.of(), own.activations(), own.fused());
  }

  @Override
  public boolean guards() {
    return false;
  }

  @Override
  public Steps begin(DeviceMemory memory, CudaStream stream) {
    MemorySegment handle = handle(functions);
    memory.release(() -> note(functions.cudnnDestroy(handle), "cudnnDestroy"));
    functions.check(functions.cudnnSetStream(handle, stream.handle()), "cudnnSetStream");
    return new CudnnSteps(functions, handle, memory);
  }

  private void note(int result, String call) {
    if (result != Cudnn.CUDNN_STATUS_SUCCESS) {
      Status.note(call, functions.word(result));
    }
  }
}
