package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A program's pointwise convolutions by cuBLAS. A matrix is a run of a group's input channels that
 * stand one behind the other as they are read, its address where the first of them is read: a shift
 * is nothing but another address. Runs of one length are one call for all groups and images; a
 * group of several runs adds up.
 */
final class CublasSteps implements Library.Steps {
  private static final int THREADS = 256;

  private final Cublas cublas;
  private final MemorySegment handle;
  private final DeviceMemory memory;
  private final Arena arena;
  private final MemorySegment one;
  private final MemorySegment zero;

  CublasSteps(Cublas cublas, MemorySegment handle, DeviceMemory memory) {
    this.cublas = cublas;
    this.handle = handle;
    this.memory = memory;
    this.arena = memory.arena();
    this.one = arena.allocateFrom(JAVA_FLOAT, 1);
    this.zero = arena.allocateFrom(JAVA_FLOAT, 0);
  }

  /**
   * Input channels of a group that stand one behind the other.
   *
   * @param group the group
   * @param first the first of them, counted in the group
   * @param element the element of the slab where it is read
   */
  private record Run(int group, int first, long element) {}

  /** What runs of one call have in common: how many came before in their group, and channels. */
  private record Kind(int turn, int channels) {}

  /**
   * A call of cuBLAS.
   *
   * @param channels that are added up
   * @param adds whether to what is there
   * @param products matrices of an image
   * @param x addresses of the device, an array of its own each
   */
  private record Products(
      int channels,
      boolean adds,
      int products,
      MemorySegment x,
      MemorySegment weights,
      MemorySegment y) {}

  @Override
  public Optional<Launch> launch(Step step) {
    return step.node().operator() instanceof PointwiseConvolution pointwise
            && pointwise.stride() == 1
        ? Optional.of(launch(pointwise, step))
        : Optional.empty();
  }

  private Launch launch(PointwiseConvolution convolution, Step step) {
    Source in = step.sources().getFirst();
    Placement to = step.destination();
    int plane = Math.toIntExact(to.shape().plane());
    int inputs = convolution.filter().weightsPerOutput();
    int outputs = convolution.filter().outputs() / convolution.groups();
    int inputPitch = Math.toIntExact(in.placement().planePitch());
    int outputPitch = Math.toIntExact(to.planePitch());
    long weights = memory.upload(convolution.filter().foldedWeight());
    List<Products> calls = new ArrayList<>();
    runs(in, convolution.groups(), inputs)
        .forEach((kind, runs) -> calls.add(products(kind, runs, in, to, weights, inputs, outputs)));
    String call = "cublasSgemmBatched of step '" + step.node().name() + "'";
    Launch multiply =
        (_, _, count) -> {
          for (Products products : calls) {
            cublas.check(
                cublas.cublasSgemmBatched(
                    handle,
                    Cublas.CUBLAS_OP_N,
                    Cublas.CUBLAS_OP_N,
                    plane,
                    outputs,
                    products.channels(),
                    one,
                    products.x(),
                    inputPitch,
                    products.weights(),
                    inputs,
                    products.adds() ? one : zero,
                    products.y(),
                    outputPitch,
                    products.products() * count),
                call);
          }
        };
    return multiply.then(finish(convolution, step));
  }

  /** The longest runs of every group, those that set before those that add. */
  private static Map<Kind, List<Run>> runs(Source in, int groups, int inputs) {
    Map<Kind, List<Run>> runs =
        new TreeMap<>(Comparator.comparingInt(Kind::turn).thenComparingInt(Kind::channels));
    for (int group = 0; group < groups; group++) {
      int turn = 0;
      for (int first = 0; first < inputs; ) {
        int channel = group * inputs + first;
        long element = in.flat(channel);
        int length = 1;
        while (first + length < inputs
            && in.flat(channel + length) == element + length * in.placement().planePitch()) {
          length++;
        }
        runs.computeIfAbsent(new Kind(turn++, length), _ -> new ArrayList<>())
            .add(new Run(group, first, element));
        first += length;
      }
    }
    return runs;
  }

  private Products products(
      Kind kind, List<Run> runs, Source in, Placement to, long weights, int inputs, int outputs) {
    int images = memory.images();
    long[] x = new long[images * runs.size()];
    long[] w = new long[x.length];
    long[] y = new long[x.length];
    for (int i = 0; i < x.length; i++) {
      int image = i / runs.size();
      Run run = runs.get(i % runs.size());
      int output = run.group() * outputs;
      x[i] = memory.address(run.element() + image * in.placement().imagePitch());
      w[i] = weights + ((long) output * inputs + run.first()) * Float.BYTES;
      y[i] = memory.address(to.plane(output) + image * to.imagePitch());
    }
    return new Products(
        kind.channels(), kind.turn() > 0, runs.size(), array(x), array(w), array(y));
  }

  private MemorySegment array(long[] addresses) {
    return MemorySegment.ofAddress(memory.upload(addresses));
  }

  private Launch finish(PointwiseConvolution convolution, Step step) {
    LaunchBuilder launch =
        new LaunchBuilder(memory, arena, KernelSource.EPILOGUE, Layouts.EPILOGUE, step)
            .target("y")
            .floats("bias", convolution.filter().foldedBias())
            .activation("activation", convolution.activation());
    if (step.sources().size() > 1) {
      launch.source("residual", step.sources().get(1));
    }
    return launch.over(
        "images",
        images ->
            launch.cut(
                "finishes", Math.ceilDiv(Quads.of(step.destination(), images), THREADS), THREADS));
  }
}
