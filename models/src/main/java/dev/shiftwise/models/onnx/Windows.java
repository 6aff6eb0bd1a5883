package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.tensor.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the attributes that convolutions and poolings share. One-dimensional ones have one row. */
final class Windows {
  /** The most that a stride, a dilation or a padding may be. */
  static final int LARGEST = 1 << 24;

  private Windows() {}

  /**
   * Returns the shape in which a convolution or pooling reads its input.
   *
   * @throws Refusal if the input has not three or four dimensions, the first one 1
   */
  static Shape shape(Feature x) throws Refusal {
    int rank = x.rank();
    if (rank != 3 && rank != 4) {
      throw new Refusal("its input has " + rank + " dimensions, wanted 3 or 4");
    }
    if (x.dims()[0] != 1) {
      throw new Refusal(
          "its input's first dimension is " + x.dims()[0] + ", wanted the batch or 1");
    }
    return Dims.shape(x.dims());
  }

  /**
   * Returns the sliding window.
   *
   * @param x the input
   * @param height rows of the kernel
   * @param width columns of the kernel
   * @throws Refusal if an attribute is out of range
   */
  static Kernel2d kernel(Call call, Feature x, int height, int width) throws Refusal {
    int spatial = x.rank() - 2;
    Shape in = shape(x);
    int[] strides = pair(call, "strides", spatial, 1, 1, LARGEST);
    int[] dilations = pair(call, "dilations", spatial, 1, 1, LARGEST);
    String auto = call.text("auto_pad", "NOTSET");
    int[] pads = pads(call, spatial);
    int[] sizes = {in.height(), in.width()};
    int[] kernel = {height, width};
    switch (auto) {
      case "NOTSET", "" -> {
        // As stated.
      }
      case "VALID" -> Arrays.fill(pads, 0);
      case "SAME_UPPER", "SAME_LOWER" -> {
        for (int i = 0; i < 2; i++) {
          long reach = (kernel[i] - 1L) * dilations[i] + 1;
          long out = Math.ceilDiv(sizes[i], strides[i]);
          long total = Math.clamp((out - 1) * strides[i] + reach - sizes[i], 0, LARGEST);
          long less = total / 2;
          pads[i] = (int) (auto.equals("SAME_UPPER") ? less : total - less);
          pads[i + 2] = (int) (total - pads[i]);
        }
      }
      default -> throw Call.refused("auto_pad", auto, "NOTSET, VALID, SAME_UPPER or SAME_LOWER");
    }
    return new Kernel2d(
        height,
        width,
        strides[0],
        strides[1],
        dilations[0],
        dilations[1],
        pads[0],
        pads[1],
        pads[2],
        pads[3]);
  }

  /**
   * Refuses a stated kernel_shape that is not the weight's.
   *
   * @throws Refusal if it is not
   */
  static void requireKernelShape(Call call, int spatial, int height, int width) throws Refusal {
    int[] stated = pair(call, "kernel_shape", spatial, 1, 1, LARGEST);
    if (call.hasAttribute("kernel_shape") && (stated[0] != height || stated[1] != width)) {
      throw Call.refused("kernel_shape", Dims.text(stated), "the weight's");
    }
  }

  /** Rows and columns; a one-dimensional attribute is that of the columns. */
  static int[] pair(Call call, String name, int spatial, int otherwise, int least, int most)
      throws Refusal {
    int[] pair = {otherwise, otherwise};
    long @Nullable [] stated = call.integers(name);
    if (stated == null) {
      return pair;
    }
    if (stated.length != spatial || Arrays.stream(stated).anyMatch(i -> i < least || i > most)) {
      throw Call.refused(name, Arrays.toString(stated), spatial + " from " + least + " to " + most);
    }
    for (int i = 0; i < spatial; i++) {
      pair[2 - spatial + i] = (int) stated[i];
    }
    return pair;
  }

  /** Rows before, columns before, rows behind, columns behind. */
  static int[] pads(Call call, int spatial) throws Refusal {
    int[] pads = new int[4];
    long @Nullable [] stated = call.integers("pads");
    if (stated == null) {
      return pads;
    }
    if (stated.length != 2 * spatial || Arrays.stream(stated).anyMatch(i -> i < 0 || i > LARGEST)) {
      throw Call.refused("pads", Arrays.toString(stated), 2 * spatial + " of at least 0");
    }
    for (int i = 0; i < spatial; i++) {
      pads[2 - spatial + i] = (int) stated[i];
      pads[4 - spatial + i] = (int) stated[spatial + i];
    }
    return pads;
  }

  /** Returns the dimensions of a result that has a shape, as many as the input. */
  static int[] dims(Feature x, Shape shape) {
    return x.rank() == 3
        ? new int[] {1, shape.channels(), shape.width()}
        : new int[] {1, shape.channels(), shape.height(), shape.width()};
  }
}
