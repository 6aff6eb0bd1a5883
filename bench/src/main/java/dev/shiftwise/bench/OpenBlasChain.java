package dev.shiftwise.bench;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Node;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Value;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** A chain of pointwise convolutions by products of matrices, an image at a time. */
final class OpenBlasChain implements Engine.Compiled {
  /** As wide as vectors get: nothing of OpenBLAS's is slower for it. */
  private static final long ALIGNMENT = 64;

  private final Arena arena = Arena.ofConfined();
  private final OpenBlasLibrary library;
  private final int batch;
  private final int plane;
  private final MemorySegment input;
  private final List<Layer> layers = new ArrayList<>();

  /** A convolution, with its weights and what it writes: the maps of all images. */
  private record Layer(
      int in, int out, int groups, MemorySegment weight, BiasPass bias, MemorySegment result) {}

  /**
   * Takes a chain over.
   *
   * @throws PeerException if the network is more than that
   */
  OpenBlasChain(OpenBlasLibrary library, Network network, int batch, int threads) {
    this.library = library;
    this.batch = batch;
    Value first = network.inputs().getFirst();
    plane = Math.toIntExact(first.shape().plane());
    input = allocate((long) batch * first.shape().elements());
    Value last = first;
    for (Node node : network.nodes()) {
      layers.add(layer(node, last));
      last = node.output();
    }
    Operand output = network.outputs().values().iterator().next();
    if (!output.equals(Operand.of(last))) {
      throw new PeerException("it runs chains, whose output is what their last layer makes", null);
    }
    library.setThreads(threads);
  }

  private Layer layer(Node node, Value before) {
    if (!(node.operator() instanceof PointwiseConvolution convolution)
        || !node.inputs().equals(List.of(Operand.of(before)))
        || convolution.stride() != 1
        || !isPass(convolution.activation())) {
      throw new PeerException(
          "it runs chains of pointwise convolutions with bias and ReLU, not " + node, null);
    }
    float[] weight = convolution.filter().foldedWeight();
    MemorySegment weights = allocate(weight.length);
    MemorySegment.copy(weight, 0, weights, ValueLayout.JAVA_FLOAT, 0, weight.length);
    int out = convolution.filter().outputs();
    BiasPass bias =
        new BiasPass(
            convolution.filter().foldedBias(),
            plane,
            convolution.activation().equals(Activation.RELU));
    return new Layer(
        before.shape().channels(),
        out,
        convolution.groups(),
        weights,
        bias,
        allocate((long) batch * out * plane));
  }

  private static boolean isPass(Activation activation) {
    return activation.equals(Activation.RELU) || activation.equals(Activation.NONE);
  }

  private MemorySegment allocate(long floats) {
    return arena.allocate(floats * Float.BYTES, ALIGNMENT);
  }

  @Override
  public void setInput(float[] images) {
    MemorySegment.copy(images, 0, input, ValueLayout.JAVA_FLOAT, 0, images.length);
  }

  @Override
  public void run() {
    // Image by image, so that a chain of layers stays in the cache.
    for (int image = 0; image < batch; image++) {
      MemorySegment x = input;
      for (Layer layer : layers) {
        run(layer, x, image);
        x = layer.result();
      }
    }
  }

  private void run(Layer layer, MemorySegment x, int image) {
    int in = layer.in() / layer.groups();
    int out = layer.out() / layer.groups();
    for (int group = 0; group < layer.groups(); group++) {
      library.multiply(
          out,
          plane,
          in,
          at(layer.weight(), (long) group * out * in),
          at(x, ((long) image * layer.in() + (long) group * in) * plane),
          at(layer.result(), ((long) image * layer.out() + (long) group * out) * plane));
    }
    layer.bias().apply(layer.result(), (long) image * layer.out() * plane);
  }

  private static MemorySegment at(MemorySegment segment, long floats) {
    return segment.asSlice(floats * Float.BYTES);
  }

  @Override
  public float[] output() {
    return layers.getLast().result().toArray(ValueLayout.JAVA_FLOAT);
  }

  @Override
  public void close() {
    arena.close();
  }
}
