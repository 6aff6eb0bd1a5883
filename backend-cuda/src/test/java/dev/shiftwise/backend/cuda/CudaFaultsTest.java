package dev.shiftwise.backend.cuda;

import static dev.shiftwise.backend.cuda.CudaConstants.CUDA_ERROR_LAUNCH_FAILED;
import static dev.shiftwise.backend.cuda.CudaConstants.CUDA_ERROR_OUT_OF_MEMORY;
import static dev.shiftwise.backend.cuda.CudaConstants.CUDA_ERROR_UNKNOWN;
import static dev.shiftwise.backend.cuda.CudaConstants.CUDA_SUCCESS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.KernelCache;
import dev.shiftwise.backend.Reason;
import dev.shiftwise.backend.ReasonCode;
import dev.shiftwise.backend.Session;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.Displacement;
import dev.shiftwise.view.FeatureMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The software driver fails where it is told to: each failure is told as what it is, leaves nothing
 * behind, and the next backend is as good as new.
 */
class CudaFaultsTest {
  private static final Shape SHAPE = new Shape(8, 9, 7);
  private static final int MOST = 200;

  private final SoftwareDriver software = SoftwareDriver.fresh();

  private final float[] input = new Samples(3).values(2 * SHAPE.elements());

  @AfterEach
  void nothingIsLeft() {
    assertEquals(0, software.count("contexts"));
    assertEquals(0, software.count("leaked"));
    int popped = software.driver().cuCtxPopCurrent_v2(MemorySegment.NULL);
    assertNotEquals(CUDA_SUCCESS, popped, "a context is still this thread's");
  }

  private static Network network() {
    Samples samples = new Samples(1);
    return Samples.network(
        SHAPE,
        (b, x) -> {
          var shifted = x.addressShift(Border.RING, Displacement.LEFT, Displacement.UP);
          var first =
              b.add(
                  "first",
                  new PointwiseConvolution(samples.filter(8, 8), 1, 1, Activation.RELU),
                  shifted);
          var pool = b.add("pool", new MaxPool(Kernel2d.square(3, 1, 1), false), first);
          return b.add("joint", new Concat(), first, pool);
        });
  }

  /** Loads, runs by both ways that data crosses, with a profile or not, and closes. */
  private float[] useAll() {
    float[] output = new float[4 * (int) SHAPE.elements()];
    CompileOptions options = CompileOptions.DEFAULT.withMaxBatch(2);
    try (Backend backend = software.open(KernelCache.none());
        Session session = backend.compile(network(), options);
        Session profiled = backend.compile(network(), options.withProfile(true))) {
      session.run(input, output);
      FeatureMap x = session.allocate("x");
      FeatureMap y = session.allocate("y");
      x.segment().copyFrom(MemorySegment.ofArray(input));
      session.run(x, y);
      assertArrayEquals(output, y.segment().toArray(ValueLayout.JAVA_FLOAT));
      profiled.run(input, output);
      assertArrayEquals(y.segment().toArray(ValueLayout.JAVA_FLOAT), output);
    }
    return output;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cuEventCreate",
        "cuEventRecord",
        "cuEventElapsedTime",
        "cuGraphInstantiateWithFlags",
        "cuGraphLaunch",
        "cuLaunchKernel",
        "cuMemAlloc_v2",
        "cuMemHostAlloc",
        "cuMemcpyDtoHAsync_v2",
        "cuMemcpyHtoDAsync_v2",
        "cuMemcpyHtoD_v2",
        "cuModuleGetFunction",
        "cuModuleLoadData",
        "cuStreamBeginCapture_v2",
        "cuStreamCreate",
        "cuStreamEndCapture",
        "cuStreamSynchronize"
      })
  void anyCallMayFail(String function) {
    float[] wanted = useAll();
    int result = function.contains("Alloc") ? CUDA_ERROR_OUT_OF_MEMORY : CUDA_ERROR_UNKNOWN;
    int refused = 0;
    for (int n = 1; n < MOST; n++) {
      SoftwareDriver again = SoftwareDriver.fresh();
      again.fail(function, n, result);
      try {
        assertArrayEquals(wanted, useAll(), function);
      } catch (BackendException e) {
        refused++;
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains(function.replaceAll("_v2|WithFlags", "")), message);
      }
      nothingIsLeft();
      assertEquals("", again.log());
      if (again.count(function) < n) {
        assertTrue(n > 1 && refused > 0, () -> function + " is never called");
        return;
      }
    }
    throw new AssertionError("no end of calls of " + function);
  }

  @Test
  void theCallersOwnContextStaysCurrent() {
    CudaDriver driver = software.driver();
    try (Arena arena = Arena.ofConfined();
        Backend backend = software.open()) {
      MemorySegment context = arena.allocate(ValueLayout.ADDRESS);
      driver.check(driver.cuDevicePrimaryCtxRetain(context, 0), "cuDevicePrimaryCtxRetain");
      MemorySegment own = context.get(ValueLayout.ADDRESS, 0);
      driver.check(driver.cuCtxPushCurrent_v2(own), "cuCtxPushCurrent");
      try (Session session = backend.compile(network())) {
        session.run(new Samples(3).values(SHAPE.elements()), new float[2 * (int) SHAPE.elements()]);
      }
      driver.check(driver.cuCtxPopCurrent_v2(context), "cuCtxPopCurrent");
      assertEquals(own, context.get(ValueLayout.ADDRESS, 0));
      driver.check(driver.cuDevicePrimaryCtxRelease_v2(0), "cuDevicePrimaryCtxRelease");
    }
  }

  @Test
  void aBackendThatGetsNoContextIsNotOpened() {
    // The first context is the probe's.
    software.fail("cuDevicePrimaryCtxRetain", 2, CUDA_ERROR_OUT_OF_MEMORY);
    String message = messageOf(() -> software.open().close());
    assertTrue(message.contains("cuDevicePrimaryCtxRetain returned CUDA_ERROR_OUT_OF"), message);
  }

  @Test
  void outOfMemorySaysHowMuch() {
    try (Backend backend = software.open()) {
      software.fail("cuMemAlloc_v2", 1, CUDA_ERROR_OUT_OF_MEMORY);
      String message = messageOf(() -> backend.compile(network()).close());
      assertTrue(
          message.contains("Software driver, no GPU has not enough memory: asked for "), message);
      assertTrue(message.contains("free 2147483648, total 2147483648"), message);
      backend.compile(network()).close();
    }
  }

  private static String messageOf(Runnable refused) {
    return String.valueOf(assertThrows(BackendException.class, refused::run).getMessage());
  }

  /** A launch fails long after it was asked for: the run that waits for it tells. */
  @Test
  void aLaunchThatFailsBreaksTheSession() {
    float[] output = new float[2 * (int) SHAPE.elements()];
    float[] one = new Samples(3).values(SHAPE.elements());
    for (int n = 1; n <= 2; n++) {
      try (Backend backend = software.open();
          Session session = backend.compile(network())) {
        session.run(one, output);
        software.fail("kernel", n, CUDA_ERROR_LAUNCH_FAILED);
        for (int run = 0; run < 2; run++) {
          String message = messageOf(() -> session.run(one, output));
          assertTrue(message.contains("CUDA_ERROR_LAUNCH_FAILED (719)"), message);
          assertTrue(message.contains("close every session and the backend"), message);
        }
        String message = messageOf(() -> backend.compile(network()).close());
        assertTrue(message.contains("CUDA_ERROR_LAUNCH_FAILED (719)"), message);
      }
      nothingIsLeft();
    }
    useAll();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuGraphLaunch", "cuStreamSynchronize", "cuMemcpyHtoDAsync_v2"})
  void aLostDeviceIsToldAndEverythingIsGivenBack(String function) {
    float[] output = new float[2 * (int) SHAPE.elements()];
    float[] one = new Samples(3).values(SHAPE.elements());
    try (Backend backend = software.open();
        Session session = backend.compile(network())) {
      software.loseDevice(function, 1, CUDA_ERROR_UNKNOWN);
      for (int run = 0; run < 2; run++) {
        String message = messageOf(() -> session.run(one, output));
        assertTrue(message.contains("CUDA_ERROR_UNKNOWN (999)"), message);
      }
    }
  }

  @Test
  void whyThereIsNoDevice() {
    software.set("version", 11_080);
    assertEquals(List.of(ReasonCode.DRIVER_TOO_OLD), reasons());
    software.set("version", 12_020);
    software.nvrtcVersion(13, 0);
    assertEquals(List.of(ReasonCode.VERSION_MISMATCH), reasons());
    software.nvrtcVersion(12, 2);
    software.set("capability", 120);
    assertEquals(List.of(ReasonCode.VERSION_MISMATCH), reasons());
    software.set("capability", 90);
    software.fail("cuDevicePrimaryCtxRetain", 1, CUDA_ERROR_OUT_OF_MEMORY);
    assertEquals(List.of(ReasonCode.OUT_OF_MEMORY), reasons());
    assertEquals(List.of(), reasons());
    software.set("devices", 0);
    assertEquals(List.of(ReasonCode.NO_DEVICE), reasons());
    SoftwareDriver lacking = SoftwareDriver.without("cuGraphLaunch");
    assertEquals(
        List.of(ReasonCode.SYMBOL_MISSING),
        lacking.look().reasons().stream().map(Reason::code).toList());
  }

  private List<ReasonCode> reasons() {
    return software.look().reasons().stream().map(Reason::code).toList();
  }

  @Test
  void aCompilerThatFailsIsQuoted() {
    Samples samples = new Samples(1);
    Network unusual =
        Samples.network(
            SHAPE,
            (b, x) ->
                b.add(
                    "y",
                    new Convolution(
                        samples.filter(8, 8, 3, 3), 1, Kernel2d.square(3, 1, 1), Activation.NONE),
                    x));
    try (Backend backend = software.open(KernelCache.none())) {
      software.nvrtcFails("nvrtcCompileProgram", Nvrtc.NVRTC_ERROR_COMPILATION);
      String message = messageOf(() -> backend.compile(unusual).close());
      assertTrue(message.contains("NVRTC_ERROR_COMPILATION"), message);
      software.nvrtcFails("", 0);
      backend.compile(unusual).close();
    }
  }
}
