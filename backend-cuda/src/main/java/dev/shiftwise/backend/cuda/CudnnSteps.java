package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A program's convolutions and shuffles by cuDNN. */
final class CudnnSteps implements Library.Steps {
  /** Bytes that its convolutions may have, of a large device; of a small one a share. */
  private static final long MOST_WORKSPACE = 256L << 20;

  private static final int SHARE = 64;

  private final Cudnn cudnn;
  private final MemorySegment handle;
  private final DeviceMemory memory;
  private final CudnnDescriptors descriptors;
  private final MemorySegment workspace;
  private final long workspaceBytes;

  /** Factors of what is added up, on the host. */
  private final MemorySegment one;

  private final MemorySegment zero;

  CudnnSteps(Cudnn cudnn, MemorySegment handle, DeviceMemory memory) {
    this.cudnn = cudnn;
    this.handle = handle;
    this.memory = memory;
    this.descriptors = new CudnnDescriptors(cudnn, memory);
    Arena arena = memory.arena();
    this.one = arena.allocateFrom(JAVA_FLOAT, 1);
    this.zero = arena.allocateFrom(JAVA_FLOAT, 0);
    this.workspaceBytes =
        Math.min(MOST_WORKSPACE, memory.context().device().facts().memory() / SHARE);
    this.workspace = MemorySegment.ofAddress(memory.allocate(workspaceBytes));
  }

  @Override
  public Optional<Launch> launch(Step step) {
    return switch (step.node().operator()) {
      case PointwiseConvolution pointwise ->
          convolution(
              new Convolution(
                  pointwise.filter(),
                  pointwise.groups(),
                  Kernel2d.square(1, pointwise.stride(), 0),
                  pointwise.activation()),
              step);
      case Convolution convolution -> convolution(convolution, step);
      case ChannelShuffle shuffle -> Optional.of(shuffle(shuffle, step));
      default -> Optional.empty();
    };
  }

  /** It has one padding for both sides, and of our activations one. */
  private Optional<Launch> convolution(Convolution convolution, Step step) {
    Kernel2d kernel = convolution.kernel();
    boolean relu = convolution.activation().equals(Activation.RELU);
    if (kernel.top() != kernel.bottom()
        || kernel.left() != kernel.right()
        || !(relu || convolution.activation().equals(Activation.NONE))) {
      return Optional.empty();
    }
    Source in = step.sources().getFirst();
    int channels = in.map().shape().channels();
    int outputs = convolution.filter().outputs();
    MemorySegment activation =
        descriptors.activation(
            relu ? Cudnn.CUDNN_ACTIVATION_RELU : Cudnn.CUDNN_ACTIVATION_IDENTITY);
    CudnnConvolution.Constants constants =
        new CudnnConvolution.Constants(
            step.node().name(),
            descriptors.filter(outputs, channels / convolution.groups(), kernel),
            address(memory.upload(convolution.filter().foldedWeight())),
            descriptors.convolution(kernel, convolution.groups()),
            descriptors.tensor(new int[] {1, outputs, 1, 1}, new long[] {outputs, 1, 1, 1}),
            address(memory.upload(convolution.filter().foldedBias())),
            activation,
            relu,
            workspace,
            workspaceBytes,
            one,
            step.sources().size() > 1 ? one : zero);
    Placement to = step.destination();
    Source residual = step.sources().size() > 1 ? step.sources().get(1) : null;
    return Optional.of(
        new CudnnConvolution(
            cudnn,
            handle,
            constants,
            images -> {
              MemorySegment y = descriptors.map(to, outputs, images);
              return new CudnnConvolution.Maps(
                  descriptors.map(in.placement(), channels, images),
                  start(in),
                  // It wants some, even if its factor is 0.
                  residual == null ? y : descriptors.map(residual.placement(), outputs, images),
                  residual == null ? address(memory.address(to)) : start(residual),
                  y,
                  address(memory.address(to)));
            }));
  }

  /** The channels as a matrix of groups and what is in them, transposed. */
  private Launch shuffle(ChannelShuffle shuffle, Step step) {
    Source in = step.sources().getFirst();
    Placement from = in.placement();
    Placement to = step.destination();
    int groups = shuffle.groups();
    int members = to.shape().channels() / groups;
    int plane = Math.toIntExact(to.shape().plane());
    MemorySegment x = start(in);
    MemorySegment y = address(memory.address(to));
    Map<Integer, MemorySegment[]> made = new HashMap<>();
    return (_, _, images) -> {
      MemorySegment[] tensors =
          made.computeIfAbsent(
              images,
              count -> {
                int[] sizes = {count, groups, members, plane};
                long pitch = from.planePitch();
                return new MemorySegment[] {
                  descriptors.tensor(
                      sizes, new long[] {from.imagePitch(), members * pitch, pitch, 1}),
                  descriptors.tensor(
                      sizes,
                      new long[] {to.imagePitch(), to.planePitch(), groups * to.planePitch(), 1})
                };
              });
      cudnn.check(
          cudnn.cudnnTransformTensor(handle, one, tensors[0], x, zero, tensors[1], y),
          "cudnnTransformTensor of step '" + step.node().name() + "'");
    };
  }

  /** Where the first channel of a window starts. */
  private MemorySegment start(Source in) {
    return address(memory.address(in.flat(0)));
  }

  private static MemorySegment address(long device) {
    return MemorySegment.ofAddress(device);
  }
}
