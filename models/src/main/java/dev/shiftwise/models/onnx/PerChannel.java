package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.BatchNorm;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A constant laid over a feature map: a shape in which every channel has one element of it. A
 * constant may vary along any dimensions; the shape has then as many channels as it takes.
 */
final class PerChannel {
  private static final double HALF = 0.5;

  private final Call call;
  private final Feature feature;
  private final Shape shape;
  private final int[] index;
  private final boolean isOnBase;

  private PerChannel(Call call, Feature feature, Shape shape, int[] index, boolean isOnBase) {
    this.isOnBase = isOnBase;
    this.call = call;
    this.feature = feature;
    this.shape = shape;
    this.index = index;
  }

  /**
   * Lays a constant of some dimensions over a feature map.
   *
   * @param dims as many as the feature map has; each the same or 1
   * @throws Refusal if they do not fit
   */
  static PerChannel of(Call call, Feature feature, int... dims) throws Refusal {
    int[] full = feature.dims();
    int varying = 0;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] != 1 && dims[i] != full[i]) {
        throw new Refusal("a constant of " + Dims.text(dims) + " does not fit " + Dims.text(full));
      }
      varying = dims[i] != 1 ? i + 1 : varying;
    }
    int elements = feature.elements();
    int same = varying == 0 ? elements : (int) Dims.elements(full, varying, full.length);
    Shape shape = shape(feature, elements, same);
    call.scope().fold(shape.channels());
    PerChannel direct = new PerChannel(call, feature, shape, index(full, dims, shape), false);
    int[] map = feature.map();
    if (map == null || !feature.isPermutation() || !call.scope().follow(map.length)) {
      return direct;
    }
    int[] own = onBase(map, direct, feature.base().shape());
    return own == null ? direct : new PerChannel(call, feature, feature.base().shape(), own, true);
  }

  /**
   * The element of each channel of the value whose elements were moved, if it is one element: it
   * does not matter where elements stand.
   */
  private static int @Nullable [] onBase(int[] map, PerChannel direct, Shape base) {
    int plane = (int) base.plane();
    int[] index = new int[base.channels()];
    Arrays.fill(index, -1);
    long each = direct.shape.plane();
    for (int i = 0; i < map.length; i++) {
      int c = map[i] / plane;
      int wanted = direct.index[(int) (i / each)];
      if (index[c] >= 0 && index[c] != wanted) {
        return null;
      }
      index[c] = wanted;
    }
    return index;
  }

  /** The planes of the value itself if they will do, for then nothing has to be moved. */
  private static Shape shape(Feature feature, int elements, int same) {
    Shape own = feature.map() == null ? feature.base().shape() : Views.likeBase(feature);
    if (same % own.plane() == 0) {
      return own;
    }
    Shape natural = Dims.shape(feature.dims());
    return same % natural.plane() == 0 ? natural : new Shape(elements / same, 1, same);
  }

  private static int[] index(int[] full, int[] dims, Shape shape) {
    int[] index = new int[shape.channels()];
    int[] fullStrides = Dims.strides(full);
    int[] strides = Dims.strides(dims);
    for (int c = 0; c < index.length; c++) {
      int element = (int) (c * shape.plane());
      for (int i = 0; i < full.length; i++) {
        index[c] += dims[i] == 1 ? 0 : element / fullStrides[i] % full[i] * strides[i];
      }
    }
    return index;
  }

  /** Returns the feature map in that shape. */
  Operand operand() throws Refusal {
    return isOnBase ? Operand.of(feature.base()) : call.scope().operand(feature, shape);
  }

  /** Returns what was made of {@link #operand} element by element as a feature map. */
  Feature result(Value value) {
    return isOnBase ? feature.over(value) : Feature.of(value, feature.dims());
  }

  /** Returns the number of channels. */
  int channels() {
    return shape.channels();
  }

  /** Returns a constant's element for each channel. */
  Tensor spread(Tensor constant) {
    if (constant.elements() == index.length && isInOrder()) {
      return new Tensor(constant.data(), List.of((long) index.length));
    }
    float[] values = new float[index.length];
    for (int c = 0; c < values.length; c++) {
      values[c] = constant.get(index[c]);
    }
    return Tensor.of(values, values.length);
  }

  private boolean isInOrder() {
    for (int c = 0; c < index.length; c++) {
      if (index[c] != c) {
        return false;
      }
    }
    return true;
  }

  /**
   * Adds {@code scale * x + shift} for each channel.
   *
   * @throws Refusal if it cannot be
   */
  Feature affine(Tensor scale, Tensor shift) throws Refusal {
    // With these two the norm divides by exactly 1.
    return normalised(new BatchNorm(scale, shift, filled(0), filled((float) HALF), HALF));
  }

  /**
   * Adds a batch normalisation.
   *
   * @throws Refusal if it cannot be
   */
  Feature normalised(BatchNorm norm) throws Refusal {
    Value value =
        call.scope()
            .draft()
            .addAffine(
                call.name(),
                new PointwiseConvolution(
                    new Filter(ones(channels()), null, norm), channels(), 1, Activation.NONE),
                operand());
    return result(value);
  }

  /** Returns as many times one number as there are channels. */
  Tensor filled(float number) {
    float[] values = new float[channels()];
    Arrays.fill(values, number);
    return Tensor.of(values, values.length);
  }

  /** Returns the weight of a depthwise pointwise convolution that changes nothing. */
  static Tensor ones(int channels) {
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    return Tensor.of(ones, channels, 1);
  }
}
