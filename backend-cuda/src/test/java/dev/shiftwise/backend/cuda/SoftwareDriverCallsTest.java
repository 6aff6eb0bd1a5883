package dev.shiftwise.backend.cuda;

import static dev.shiftwise.backend.cuda.CudaConstants.CUDA_ERROR_CONTEXT_IS_DESTROYED;
import static dev.shiftwise.backend.cuda.CudaConstants.CUDA_ERROR_ILLEGAL_ADDRESS;
import static dev.shiftwise.backend.cuda.CudaConstants.CUDA_ERROR_INVALID_VALUE;
import static dev.shiftwise.backend.cuda.CudaConstants.CUDA_ERROR_LAUNCH_FAILED;
import static dev.shiftwise.backend.cuda.CudaConstants.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES;
import static dev.shiftwise.backend.cuda.CudaConstants.CUDA_ERROR_NOT_FOUND;
import static dev.shiftwise.backend.cuda.CudaConstants.CUDA_ERROR_NOT_INITIALIZED;
import static dev.shiftwise.backend.cuda.CudaConstants.CUDA_ERROR_NOT_READY;
import static dev.shiftwise.backend.cuda.CudaConstants.CUDA_ERROR_NO_DEVICE;
import static dev.shiftwise.backend.cuda.CudaConstants.CUDA_ERROR_OUT_OF_MEMORY;
import static dev.shiftwise.backend.cuda.CudaConstants.CUDA_ERROR_UNKNOWN;
import static dev.shiftwise.backend.cuda.CudaConstants.CUDA_SUCCESS;
import static dev.shiftwise.backend.cuda.Planted.check;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.cuda.NativeLibrary.CannotLoadException;
import dev.shiftwise.backend.cuda.NativeLibrary.MissingSymbolsException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The software driver answers as the real one does: contexts, captures, refusals, faults. */
class SoftwareDriverCallsTest {
  private static final int INVALID_CONTEXT = 201;
  private static final int INVALID_HANDLE = 400;
  private static final int ILLEGAL_STATE = 401;
  private static final int CAPTURE_UNSUPPORTED = 900;
  private static final int CAPTURE_INVALIDATED = 901;
  private static final int CAPTURE_WRONG_THREAD = 908;

  private static final int GLOBAL = 0;
  private static final int THREAD_LOCAL = 1;
  private static final int RELAXED = 2;

  private final SoftwareDriver software = SoftwareDriver.fresh();
  private final CudaDriver cuda = software.driver();
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment out = arena.allocate(ADDRESS);

  private static int onAnotherThread(IntSupplier call) {
    return CompletableFuture.supplyAsync(call::getAsInt).join();
  }

  @Test
  void resultsHaveTheirNames() {
    assertEquals("CUDA_ERROR_OUT_OF_MEMORY (2), out of memory", cuda.word(2));
    assertEquals(
        "CUDA_ERROR_ILLEGAL_ADDRESS (700), an illegal memory access was encountered",
        cuda.word(700));
    assertTrue(cuda.word(12345).contains("no name"), cuda.word(12345));
  }

  @Test
  void prototypesAreThoseOfTheToolkit() throws IOException, InterruptedException {
    assertEquals("", SoftwareDriverBuild.compared(Headers.folderWith("cuda.h")));
  }

  @Test
  void nothingGoesWithoutInit() {
    assertEquals(CUDA_ERROR_NOT_INITIALIZED, cuda.cuDeviceGetCount(out));
    check(cuda.cuInit(0));
    check(cuda.cuDeviceGetCount(out));
    assertEquals(1, out.get(JAVA_INT, 0));
  }

  @Test
  void theDeviceSaysWhatItIs() {
    check(cuda.cuInit(0));
    MemorySegment name = arena.allocate(100);
    check(cuda.cuDeviceGetName(name, 100, 0));
    assertEquals("Software driver, no GPU", name.getString(0));
    check(cuda.cuDeviceGetAttribute(out, 75, 0));
    assertEquals(8, out.get(JAVA_INT, 0));
    assertEquals(101, cuda.cuDeviceGet(out, 1));
  }

  @Test
  void aThreadNeedsACurrentContext() {
    check(cuda.cuInit(0));
    assertEquals(INVALID_CONTEXT, cuda.cuMemAlloc_v2(out, 4));
    assertEquals(INVALID_CONTEXT, cuda.cuCtxPopCurrent_v2(out));
    check(cuda.cuDevicePrimaryCtxRetain(out, 0));
    MemorySegment context = out.get(ADDRESS, 0);
    assertEquals(INVALID_CONTEXT, cuda.cuMemAlloc_v2(out, 4));
    check(cuda.cuCtxPushCurrent_v2(context));
    check(cuda.cuMemAlloc_v2(out, 4));
    assertEquals(INVALID_CONTEXT, onAnotherThread(() -> cuda.cuMemAlloc_v2(out, 4)));
    check(cuda.cuMemFree_v2(out.get(JAVA_LONG, 0)));
    check(cuda.cuDevicePrimaryCtxRelease_v2(0));
    assertEquals(CUDA_ERROR_CONTEXT_IS_DESTROYED, cuda.cuMemAlloc_v2(out, 4));
    check(cuda.cuCtxPopCurrent_v2(out));
    assertEquals(context, out.get(ADDRESS, 0));
    assertEquals(INVALID_CONTEXT, cuda.cuDevicePrimaryCtxRelease_v2(0));
    assertEquals(INVALID_CONTEXT, cuda.cuCtxPushCurrent_v2(context));
  }

  @Test
  void whatIsLeftToTheContextIsCounted() {
    try (Planted planted = new Planted(software)) {
      check(planted.cuda.cuStreamDestroy_v2(planted.stream));
      check(planted.cuda.cuModuleUnload(planted.module));
      check(planted.cuda.cuMemFree_v2(planted.device(1)));
    }
    assertEquals(0, software.count("leaked"));
    try (Planted planted = new Planted(software)) {
      planted.device(1);
      planted.pinned(1);
      assertEquals(1, software.count("allocations"));
      assertEquals(1, software.count("pinned"));
    }
    assertEquals(4, software.count("leaked"));
    assertEquals(0, software.count("allocations"));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1024, 1, 1, 0",
    "1, 1, 1, 32, 32, 1, 0",
    "1, 65535, 1, 1, 1, 1, 0",
    "0, 1, 1, 1, 1, 1, 1",
    "1, 1, 1, 0, 1, 1, 1",
    "1, 1, 1, 1025, 1, 1, 1",
    "1, 1, 1, 32, 33, 1, 1",
    "1, 1, 1, 1, 1, 65, 1",
    "1, 65536, 1, 1, 1, 1, 1",
    "1, 1, 65536, 1, 1, 1, 1"
  })
  void sizesOfLaunchesAreChecked(int x, int y, int z, int bx, int by, int bz, int result) {
    try (Planted planted = new Planted(software)) {
      MemorySegment parameters = arena.allocate(ADDRESS, 3);
      for (int i = 0; i < 3; i++) {
        parameters.setAtIndex(ADDRESS, i, arena.allocate(JAVA_LONG));
      }
      MemorySegment none = MemorySegment.NULL;
      MemorySegment kernel = planted.kernel("copies");
      MemorySegment stream = planted.stream;
      assertEquals(
          result, cuda.cuLaunchKernel(kernel, x, y, z, bx, by, bz, 0, stream, parameters, none));
      assertEquals(
          CUDA_ERROR_INVALID_VALUE,
          cuda.cuLaunchKernel(kernel, 1, 1, 1, 1, 1, 1, 0, stream, none, none));
    }
  }

  @Test
  void theBoundOfAKernelIsChecked() {
    try (Planted planted = new Planted(software)) {
      long x = planted.device(1);
      MemorySegment scaled = arena.allocate(16);
      scaled.set(JAVA_LONG, 0, x);
      check(planted.launch("takes_structs", 1, 256, scaled, x, 1L, 0f));
      assertEquals(
          CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES,
          planted.launch("takes_structs", 1, 257, scaled, x, 1L, 0f));
      check(cuda.cuFuncGetAttribute(out, 0, planted.kernel("takes_structs")));
      assertEquals(256, out.get(JAVA_INT, 0));
      assertEquals(
          CUDA_ERROR_NOT_FOUND,
          cuda.cuModuleGetFunction(out, planted.module, arena.allocateFrom("absent")));
    }
  }

  @Test
  void copiesStayWithinTheirMemory() {
    try (Planted planted = new Planted(software)) {
      long x = planted.device(1, 2, 3, 4);
      MemorySegment host = arena.allocate(JAVA_FLOAT, 8);
      MemorySegment pinned = planted.pinned(1, 2, 3);
      MemorySegment stream = planted.stream;
      check(cuda.cuMemcpyDtoH_v2(host, x + 4, 12));
      assertEquals(2, host.get(JAVA_FLOAT, 0));
      assertEquals(CUDA_ERROR_INVALID_VALUE, cuda.cuMemcpyDtoH_v2(host, x + 4, 16));
      assertEquals(CUDA_ERROR_INVALID_VALUE, cuda.cuMemcpyHtoD_v2(x - 4, host, 4));
      assertEquals(CUDA_ERROR_INVALID_VALUE, cuda.cuMemcpyHtoDAsync_v2(x, pinned, 16, stream));
      assertEquals(CUDA_ERROR_INVALID_VALUE, cuda.cuMemcpyDtoHAsync_v2(pinned, x + 8, 12, stream));
      assertEquals(CUDA_ERROR_INVALID_VALUE, cuda.cuMemsetD32Async(x, 0, 5, stream));
      assertEquals(CUDA_ERROR_INVALID_VALUE, cuda.cuMemsetD32Async(x + 2, 0, 1, stream));
      check(cuda.cuMemFree_v2(x));
      assertEquals(CUDA_ERROR_INVALID_VALUE, cuda.cuMemFree_v2(x));
      assertEquals(CUDA_ERROR_INVALID_VALUE, cuda.cuMemcpyDtoH_v2(host, x, 4));
    }
  }

  @Test
  void aCaptureForbidsWhatReachesOutside() {
    try (Planted planted = new Planted(software)) {
      MemorySegment stream = planted.stream;
      long x = planted.device(1);
      MemorySegment pageable = arena.allocate(4);
      assertEquals(ILLEGAL_STATE, cuda.cuStreamEndCapture(stream, out));
      check(cuda.cuStreamBeginCapture_v2(stream, THREAD_LOCAL));
      assertEquals(ILLEGAL_STATE, cuda.cuStreamBeginCapture_v2(stream, THREAD_LOCAL));
      assertEquals(CAPTURE_WRONG_THREAD, otherThreadEnds(planted));
      assertEquals(CAPTURE_UNSUPPORTED, cuda.cuMemAlloc_v2(out, 4));
      assertEquals(CAPTURE_INVALIDATED, cuda.cuStreamEndCapture(stream, out));
      assertEquals(MemorySegment.NULL, out.get(ADDRESS, 0));

      check(cuda.cuStreamBeginCapture_v2(stream, GLOBAL));
      assertEquals(CAPTURE_UNSUPPORTED, cuda.cuStreamSynchronize(stream));
      assertEquals(CAPTURE_INVALIDATED, cuda.cuStreamEndCapture(stream, out));

      check(cuda.cuStreamBeginCapture_v2(stream, RELAXED));
      check(cuda.cuMemFree_v2(planted.device(2)));
      assertEquals(CAPTURE_UNSUPPORTED, cuda.cuMemcpyHtoDAsync_v2(x, pageable, 4, stream));
      assertEquals(CAPTURE_INVALIDATED, cuda.cuStreamEndCapture(stream, out));

      check(cuda.cuStreamBeginCapture_v2(stream, GLOBAL));
      check(cuda.cuStreamEndCapture(stream, out));
      check(cuda.cuGraphDestroy(out.get(ADDRESS, 0)));
      assertEquals(INVALID_HANDLE, cuda.cuGraphDestroy(out.get(ADDRESS, 0)));
    }
  }

  private int otherThreadEnds(Planted planted) {
    return onAnotherThread(
        () -> {
          check(cuda.cuCtxPushCurrent_v2(planted.context));
          int result = cuda.cuStreamEndCapture(planted.stream, out);
          check(cuda.cuCtxPopCurrent_v2(MemorySegment.NULL));
          return result;
        });
  }

  @Test
  void eventsTellTheTimeBetweenThem() {
    try (Planted planted = new Planted(software)) {
      check(cuda.cuEventCreate(out, 0));
      MemorySegment start = out.get(ADDRESS, 0);
      check(cuda.cuEventCreate(out, 0));
      MemorySegment end = out.get(ADDRESS, 0);
      long x = planted.device(new float[10_000]);
      check(cuda.cuEventRecord(start, planted.stream));
      check(planted.launch("copies", 10_000, 1, x, x, 10_000));
      check(cuda.cuEventRecord(end, planted.stream));
      assertEquals(CUDA_ERROR_NOT_READY, cuda.cuEventElapsedTime(out, start, end));
      check(cuda.cuEventSynchronize(end));
      check(cuda.cuEventElapsedTime(out, start, end));
      float milliseconds = out.get(JAVA_FLOAT, 0);
      assertTrue(milliseconds > 0 && milliseconds < 10_000, () -> milliseconds + " ms");
      check(cuda.cuEventDestroy_v2(start));
      check(cuda.cuEventDestroy_v2(end));
      assertEquals(0, software.count("events"));
    }
  }

  @Test
  void memoryEnds() {
    software.set("memory", 1000);
    try (Planted planted = new Planted(software)) {
      planted.device(new float[200]);
      assertEquals(CUDA_ERROR_OUT_OF_MEMORY, cuda.cuMemAlloc_v2(out, 201));
      check(cuda.cuMemAlloc_v2(out, 200));
      MemorySegment total = arena.allocate(JAVA_LONG);
      check(cuda.cuMemGetInfo_v2(out, total));
      assertEquals(0, out.get(JAVA_LONG, 0));
      assertEquals(1000, total.get(JAVA_LONG, 0));
    }
  }

  @Test
  void theNthCallFails() {
    try (Planted planted = new Planted(software)) {
      software.fail("cuMemAlloc_v2", 2, CUDA_ERROR_OUT_OF_MEMORY);
      planted.device(1);
      assertEquals(CUDA_ERROR_OUT_OF_MEMORY, cuda.cuMemAlloc_v2(out, 4));
      long x = planted.device(2);
      assertEquals(2, software.count("allocations"));

      software.fail("kernel", 2, CUDA_ERROR_LAUNCH_FAILED);
      check(planted.launch("copies", 1, 1, x, x, 1));
      check(planted.synchronize());
      check(planted.launch("copies", 1, 1, x, x, 1));
      assertEquals(CUDA_ERROR_LAUNCH_FAILED, planted.synchronize());
      assertEquals(CUDA_ERROR_LAUNCH_FAILED, cuda.cuMemAlloc_v2(out, 4));
      // It is given back all the same.
      assertEquals(CUDA_ERROR_LAUNCH_FAILED, cuda.cuMemFree_v2(x));
      assertEquals(1, software.count("allocations"));
    }
    try (Planted planted = new Planted(software)) {
      assertArrayEquals(new float[] {3}, planted.fetch(planted.device(3), 1));
    }
  }

  @Test
  void aLostDeviceFailsEveryCall() {
    Planted planted = new Planted(software);
    long x = planted.device(1);
    software.loseDevice("cuMemsetD32Async", 1, CUDA_ERROR_UNKNOWN);
    assertEquals(CUDA_ERROR_UNKNOWN, cuda.cuMemsetD32Async(x, 0, 1, planted.stream));
    assertEquals(CUDA_ERROR_UNKNOWN, planted.synchronize());
    assertEquals(CUDA_ERROR_UNKNOWN, cuda.cuMemFree_v2(x));
    assertEquals(0, software.count("allocations"));
    check(cuda.cuCtxPopCurrent_v2(out));
    check(cuda.cuCtxPushCurrent_v2(out.get(ADDRESS, 0)));
    check(cuda.cuCtxPopCurrent_v2(out));
    assertEquals(CUDA_ERROR_UNKNOWN, cuda.cuDevicePrimaryCtxRelease_v2(0));
    assertEquals(0, software.count("contexts"));
  }

  @Test
  void driversAreOldOrHaveNoDevice() {
    software.set("version", 11_080);
    check(cuda.cuDriverGetVersion(out));
    assertEquals(11_080, out.get(JAVA_INT, 0));
    software.set("devices", 0);
    assertEquals(CUDA_ERROR_NO_DEVICE, cuda.cuInit(0));
    assertThrows(IllegalArgumentException.class, () -> software.set("no such setting", 1));
  }

  @Test
  void aDriverLacksAFunction() throws CannotLoadException {
    NativeLibrary library =
        NativeLibrary.open(SoftwareDriver.without("cuGraphLaunch").path().toString());
    MissingSymbolsException missing =
        assertThrows(MissingSymbolsException.class, () -> new CudaDriver(library));
    assertTrue(String.valueOf(missing.getMessage()).endsWith(" lacks cuGraphLaunch"));
  }

  @Test
  void workOfAModuleThatIsGoneIsFound() {
    try (Planted planted = new Planted(software)) {
      long x = planted.device(1);
      check(planted.launch("copies", 1, 1, x, x, 1));
      check(cuda.cuModuleUnload(planted.module));
      assertEquals(CUDA_ERROR_ILLEGAL_ADDRESS, planted.synchronize());
      assertTrue(software.log().contains("unloaded before it ran"), software.log());
    }
  }

  @Test
  void theCompilerFails() {
    MemorySegment other = arena.allocate(JAVA_INT);
    Nvrtc nvrtc = software.nvrtc();
    check(nvrtc.nvrtcVersion(out, other));
    assertEquals(12, out.get(JAVA_INT, 0));
    software.nvrtcVersion(13, 1);
    check(nvrtc.nvrtcVersion(out, other));
    assertEquals(13, out.get(JAVA_INT, 0));
    software.nvrtcFails("nvrtcVersion", Nvrtc.NVRTC_ERROR_OUT_OF_MEMORY);
    assertEquals(Nvrtc.NVRTC_ERROR_OUT_OF_MEMORY, nvrtc.nvrtcVersion(out, other));
    assertEquals("NVRTC_ERROR_OUT_OF_MEMORY (1)", nvrtc.word(1));
    software.nvrtcFails("", CUDA_SUCCESS);
    check(nvrtc.nvrtcVersion(out, other));
  }
}
