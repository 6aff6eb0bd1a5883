package dev.shiftwise.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.Baseline;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.KernelCache;
import dev.shiftwise.backend.Session;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.ChannelShift;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * cuDNN and cuBLAS in place of kernels, through stand-ins for them: the bits are the kernels', on
 * whole numbers, whose sums are exact in any order; nothing is left behind, whatever fails.
 */
final class LibrariesTest {
  private static final Shape SHAPE = new Shape(16, 5, 7);
  private static final int GROUPS = 2;
  private static final int BATCH = 3;
  private static final int MOST = 60;

  private final SoftwareDriver software = small();

  private static SoftwareDriver small() {
    SoftwareDriver software = SoftwareDriver.fresh();
    // The libraries' workspaces are shares of it.
    software.set("memory", 32L << 20);
    return software;
  }

  @AfterEach
  void nothingIsLeft() {
    for (String objects : List.of("contexts", "leaked", "cudnn objects", "cublas handles")) {
      assertEquals(0, software.count(objects), objects);
    }
    assertEquals("", software.log());
  }

  private static PointwiseConvolution pointwise(Samples samples, Activation activation) {
    int channels = SHAPE.channels();
    return new PointwiseConvolution(
        Filter.of(
            Tensor.of(
                samples.wholeNumbers((long) channels * channels / GROUPS),
                channels,
                channels / GROUPS),
            Tensor.of(samples.wholeNumbers(channels), channels)),
        GROUPS,
        1,
        activation);
  }

  private static Convolution square(Samples samples, int groups, int stride) {
    int channels = SHAPE.channels();
    return new Convolution(
        Filter.of(
            Tensor.of(
                samples.wholeNumbers((long) channels * channels / groups * 9),
                channels,
                channels / groups,
                3,
                3),
            Tensor.of(samples.wholeNumbers(channels), channels)),
        groups,
        Kernel2d.square(3, stride, 1),
        Activation.NONE);
  }

  private static Operand shifted(Operand x, Border border) {
    return x.then(ChannelShift.halfGroup(SHAPE.channels(), GROUPS))
        .then(AddressShift.addressNet(border, SHAPE.channels()));
  }

  /** A convolution in front, so that what is read shifted is a value that a step makes. */
  private static Named<Network> network(
      String name, BiFunction<NetworkBuilder, Operand, Operand> body) {
    return Named.of(
        name,
        Samples.network(
            SHAPE,
            (b, x) -> body.apply(b, b.add("in", pointwise(new Samples(1), Activation.RELU), x))));
  }

  private static List<Named<Network>> networks() {
    Samples samples = new Samples(2);
    return List.of(
        network("plain", (b, x) -> b.add("y", pointwise(samples, Activation.NONE), x)),
        network(
            "ring",
            (b, x) -> b.add("y", pointwise(samples, Activation.RELU), shifted(x, Border.RING))),
        network(
            "zero",
            (b, x) -> b.add("y", pointwise(samples, Activation.RELU), shifted(x, Border.ZERO))),
        network(
            "residual",
            (b, x) -> b.add("y", pointwise(samples, Activation.RELU), x.channelShift(3), x)),
        network(
            "shuffle",
            (b, x) ->
                b.add(
                    "y",
                    pointwise(samples, Activation.RELU6),
                    b.add("shuffle", new ChannelShuffle(4), x))),
        network("square", (b, x) -> b.add("y", square(samples, 1, 2), x)),
        network("depthwise", (b, x) -> b.add("y", square(samples, SHAPE.channels(), 1), x)));
  }

  static Stream<Arguments> everything() {
    return networks().stream()
        .flatMap(
            network -> Stream.of("cuDNN", "cuBLAS").map(library -> Arguments.of(library, network)));
  }

  private Baseline baseline(CudaBackend backend, String name) {
    return backend.baselines(software.search()).stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static float[] run(Backend backend, Network network) {
    float[] input = new Samples(3).wholeNumbers(BATCH * SHAPE.elements());
    Shape out = network.outputs().values().iterator().next().shape();
    float[] output = new float[BATCH * (int) out.elements()];
    CompileOptions options = CompileOptions.DEFAULT.withMaxBatch(BATCH);
    try (Session session = backend.compile(network, options)) {
      session.run(input, output);
      // Another number of images has a graph of its own.
      float[] first = new float[(int) out.elements()];
      session.run(Arrays.copyOf(input, (int) SHAPE.elements()), first);
      assertArrayEquals(Arrays.copyOf(output, first.length), first);
    }
    return output;
  }

  @ParameterizedTest
  @MethodSource("everything")
  void bitsAreThoseOfTheKernels(String library, Network network) {
    try (CudaBackend own = software.open()) {
      float[] expected = run(own, network);
      Baseline baseline = baseline(own, library);
      assertEquals(Optional.empty(), baseline.missing());
      try (Backend backend = baseline.open()) {
        assertArrayEquals(expected, run(backend, network));
      }
    }
  }

  @Test
  void theLibrariesDoTheWork() {
    Network shuffled = named("shuffle");
    try (CudaBackend own = software.open()) {
      try (Backend backend = baseline(own, "cuDNN").open()) {
        assertEquals("9.19.0", backend.device().properties().get("cuDNN"));
        run(backend, shuffled);
      }
      assertTrue(software.count("cudnnTransformTensor") > 0);
      assertTrue(software.count("cudnnConvolutionBiasActivationForward") > 0);
      assertEquals(0, software.count("cublasSgemmBatched"));
      try (Backend backend = baseline(own, "cuBLAS").open();
          Session session = backend.compile(named("zero"))) {
        assertEquals(List.of(), session.plan().copies(), "shifts are addresses");
      }
      assertTrue(software.count("cublasSgemmBatched") > 0);
      assertTrue(software.count("kernel finishes") > 0);
    }
  }

  private static Network named(String name) {
    return networks().stream()
        .filter(network -> network.getName().equals(name))
        .findFirst()
        .orElseThrow()
        .getPayload();
  }

  @ParameterizedTest
  @CsvSource({
    "cuDNN, cudnnCreate",
    "cuDNN, cudnnSetStream",
    "cuDNN, cudnnCreateTensorDescriptor",
    "cuDNN, cudnnSetTensor4dDescriptorEx",
    "cuDNN, cudnnSetConvolution2dDescriptor",
    "cuDNN, cudnnFindConvolutionForwardAlgorithmEx",
    "cuDNN, cudnnConvolutionBiasActivationForward",
    "cuDNN, cudnnTransformTensor",
    "cuDNN, cuMemAlloc_v2",
    "cuBLAS, cublasCreate_v2",
    "cuBLAS, cublasSetStream_v2",
    "cuBLAS, cublasSetWorkspace_v2",
    "cuBLAS, cublasSgemmBatched",
    "cuBLAS, cuMemAlloc_v2"
  })
  void anyCallMayFail(String library, String function) {
    int executionFailed = function.startsWith("cudnn") ? 5000 : 2;
    Network network = named("shuffle");
    int refused = 0;
    for (int n = 1; n < MOST; n++) {
      SoftwareDriver again = small();
      try (CudaBackend own = again.open()) {
        again.fail(function, n, executionFailed);
        try (Backend backend = baseline(own, library).open()) {
          run(backend, network);
        } catch (BackendException e) {
          refused++;
          String message = String.valueOf(e.getMessage());
          assertTrue(message.contains(function.replaceAll("_v2", "")), message);
        }
      }
      nothingIsLeft();
      if (again.count(function) < n) {
        assertTrue(n > 1 && refused > 0, () -> function + " is never called");
        return;
      }
    }
    throw new AssertionError("no end of calls of " + function);
  }

  @Test
  void whyALibraryIsMissing() {
    try (CudaBackend own = software.open(KernelCache.none())) {
      Map<String, String> given =
          Map.of(
              LibrarySearch.CUDNN,
              String.valueOf(software.path()),
              LibrarySearch.CUBLAS,
              "/no/such/libcublas.so");
      LibrarySearch search = new LibrarySearch(_ -> null, given::get, Path.of("/no/such/folder"));
      List<Baseline> baselines = own.baselines(search);
      String symbols = baselines.getFirst().missing().orElse("");
      assertTrue(symbols.contains(" lacks cudnnCreate, cudnnDestroy, "), symbols);
      assertTrue(symbols.contains("pip install nvidia-cudnn-cu12"), symbols);
      String file = baselines.getLast().missing().orElse("");
      assertTrue(file.startsWith("/no/such/libcublas.so: cannot open shared object"), file);
      BackendException e =
          assertThrows(BackendException.class, () -> baselines.getLast().open().close());
      assertEquals("cuBLAS cannot be had: " + file, e.getMessage());
    }
  }
}
