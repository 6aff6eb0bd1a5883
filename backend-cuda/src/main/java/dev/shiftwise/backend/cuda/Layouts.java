package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The structs that kernels take, field by field as in the {@code .cu} files; a test asks a C++
 * compiler whether they are the same. Addresses of the device are {@code long}s.
 */
final class Layouts {
  static final StructLayout SOURCE =
      struct("Source", pointer("base"), longs("image"), pointer("rows"));

  static final StructLayout TARGET =
      struct(
          "Target",
          pointer("base"),
          longs("image"),
          longs("pitch"),
          pointer("alive"),
          ints("channels"),
          ints("height"),
          ints("width"),
          ints("before"),
          ints("behind"),
          ints("gap"));

  static final StructLayout ACTIVATION =
      struct("Activation", floats("a"), floats("b"), ints("kind"));

  static final StructLayout SUMS =
      struct(
          "Sums",
          TARGET.withName("y"),
          SOURCE.withName("residual"),
          pointer("weights"),
          pointer("bias"),
          ACTIVATION.withName("activation"),
          ints("images"),
          ints("inputs"),
          ints("outputs"),
          ints("padded"));

  static final StructLayout POINTWISE =
      struct("Pointwise", SUMS.withName("sums"), SOURCE.withName("x"));

  static final StructLayout TAP = struct("Tap", longs("at"), ints("down"), ints("right"));

  static final StructLayout CONVOLUTION =
      struct(
          "Convolution",
          SUMS.withName("sums"),
          pointer("base"),
          longs("image"),
          pointer("taps"),
          ints("height"),
          ints("width"),
          ints("stride_y"),
          ints("stride_x"));

  static final StructLayout SLIDING =
      struct(
          "Sliding",
          SOURCE.withName("x"),
          TARGET.withName("y"),
          pointer("weights"),
          pointer("bias"),
          ACTIVATION.withName("activation"),
          ints("images"),
          ints("outputs"),
          ints("height"),
          ints("width"),
          ints("kernel_height"),
          ints("kernel_width"),
          ints("stride_y"),
          ints("stride_x"),
          ints("dilation_y"),
          ints("dilation_x"),
          ints("top"),
          ints("left"));

  static final StructLayout PIXELS =
      struct(
          "Pixels",
          SOURCE.withName("x"),
          TARGET.withName("y"),
          ACTIVATION.withName("activation"),
          ints("images"));

  static final StructLayout OPERAND =
      struct("Operand", SOURCE.withName("map"), ints("down"), ints("right"));

  static final StructLayout ARITHMETIC =
      struct(
          "Arithmetic",
          OPERAND.withName("first"),
          OPERAND.withName("second"),
          TARGET.withName("y"),
          ACTIVATION.withName("activation"),
          ints("function"),
          ints("images"));

  static final StructLayout AXIS = struct("Axis", pointer("offsets"), ints("size"));

  static final StructLayout REARRANGE =
      struct(
          "Rearrange",
          pointer("base"),
          longs("image"),
          TARGET.withName("y"),
          AXIS.withName("first"),
          AXIS.withName("second"),
          AXIS.withName("third"),
          AXIS.withName("last"),
          floats("fill"),
          ints("images"));

  static final StructLayout BLEND =
      struct("Blend", ints("first"), ints("second"), floats("fraction"));

  static final StructLayout RESIZE =
      struct(
          "Resize",
          SOURCE.withName("x"),
          TARGET.withName("y"),
          pointer("rows"),
          pointer("columns"),
          ints("images"));

  static final StructLayout PIECE =
      struct("Piece", longs("from"), ints("channel"), ints("pixel"), ints("length"));

  static final StructLayout COPY =
      struct(
          "Copy",
          pointer("base"),
          longs("image"),
          TARGET.withName("y"),
          pointer("pieces"),
          ints("count"),
          ints("team"),
          ints("images"));

  static final StructLayout PLANE_AVERAGE =
      struct(
          "PlaneAverage",
          SOURCE.withName("x"),
          TARGET.withName("y"),
          ints("images"),
          ints("plane"));

  static final StructLayout DENSE =
      struct(
          "Dense",
          SOURCE.withName("x"),
          TARGET.withName("y"),
          pointer("weights"),
          pointer("bias"),
          ACTIVATION.withName("activation"),
          ints("images"),
          ints("inputs"),
          ints("plane"),
          ints("contiguous"));

  static final StructLayout SOFTMAX =
      struct(
          "Softmax",
          SOURCE.withName("x"),
          TARGET.withName("y"),
          ints("images"),
          ints("plane"),
          ints("side"));

  static final StructLayout EPILOGUE =
      struct(
          "Epilogue",
          TARGET.withName("y"),
          SOURCE.withName("residual"),
          pointer("bias"),
          ACTIVATION.withName("activation"),
          ints("images"));

  private Layouts() {}

  private static ValueLayout pointer(String name) {
    return longs(name);
  }

  private static ValueLayout longs(String name) {
    return JAVA_LONG.withName(name);
  }

  private static ValueLayout ints(String name) {
    return JAVA_INT.withName(name);
  }

  private static ValueLayout floats(String name) {
    return JAVA_FLOAT.withName(name);
  }

  /** Lays fields out as C does: each at a multiple of its alignment, the whole likewise. */
  private static StructLayout struct(String name, MemoryLayout... fields) {
    List<MemoryLayout> laid = new ArrayList<>();
    long end = 0;
    long alignment = 1;
    for (MemoryLayout field : fields) {
      end = pad(laid, end, field.byteAlignment());
      laid.add(field);
      end += field.byteSize();
      alignment = Math.max(alignment, field.byteAlignment());
    }
    pad(laid, end, alignment);
    return MemoryLayout.structLayout(laid.toArray(MemoryLayout[]::new)).withName(name);
  }

  private static long pad(List<MemoryLayout> laid, long end, long alignment) {
    long padded = Math.ceilDiv(end, alignment) * alignment;
    if (padded > end) {
      laid.add(MemoryLayout.paddingLayout(padded - end));
    }
    return padded;
  }
}
