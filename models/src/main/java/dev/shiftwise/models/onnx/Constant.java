package dev.shiftwise.models.onnx;

import dev.shiftwise.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A constant: floating-point elements as a float32 tensor, which may be a view of the file, or
 * integers. Integers may depend on the batch: {@code integer + perBatch * batch}, where a graph
 * computes a shape from the shape of its input. And a constant may have something for each image of
 * the batch: zeros like a feature map, or the numbers of the images, {@code integer + perImage *
 * image}.
 */
final class Constant implements Datum {
  private final ElementKind kind;
  private final int[] dims;
  private final @Nullable Tensor floats;
  private final long @Nullable [] integers;
  private final long @Nullable [] perBatch;
  private final long @Nullable [] perImage;
  private final int batchAxis;

  private Constant(
      ElementKind kind,
      int[] dims,
      @Nullable Tensor floats,
      long @Nullable [] integers,
      long @Nullable [] perBatch) {
    this(kind, dims, floats, integers, perBatch, null, -1);
  }

  private Constant(
      ElementKind kind,
      int[] dims,
      @Nullable Tensor floats,
      long @Nullable [] integers,
      long @Nullable [] perBatch,
      long @Nullable [] perImage,
      int batchAxis) {
    this.perImage = perImage;
    this.batchAxis = batchAxis;
    this.kind = kind;
    this.dims = dims;
    this.floats = floats;
    this.integers = integers;
    this.perBatch = perBatch;
  }

  static Constant ofFloats(ElementKind kind, int[] dims, Tensor values) {
    return new Constant(kind, dims, values, null, null);
  }

  static Constant ofFloats(ElementKind kind, int[] dims, float[] values) {
    return ofFloats(kind, dims, Tensor.of(values, values.length));
  }

  static Constant ofIntegers(ElementKind kind, int[] dims, long[] values) {
    return new Constant(kind, dims, null, values, null);
  }

  /** Returns integers of which some depend on the batch. */
  static Constant ofShape(int[] dims, long[] values, long[] perBatch) {
    return new Constant(ElementKind.INT64, dims, null, values, depending(perBatch));
  }

  /** Returns integers that each image of the batch has its own of, along a dimension. */
  static Constant ofImages(int[] dims, long[] values, long[] perImage, int batchAxis) {
    return new Constant(
        ElementKind.INT64, dims, null, values, null, depending(perImage), batchAxis);
  }

  private static long @Nullable [] depending(long[] perBatch) {
    return Arrays.stream(perBatch).anyMatch(each -> each != 0) ? perBatch : null;
  }

  /** Returns the element type. */
  ElementKind kind() {
    return kind;
  }

  @Override
  public int[] dims() {
    return dims;
  }

  @Override
  public int batchAxis() {
    return batchAxis;
  }

  @Override
  public Constant withBatchAxis(int axis) {
    return axis == batchAxis
        ? this
        : new Constant(kind, dims, floats, integers, perBatch, perImage, axis);
  }

  /** Returns the number of elements. */
  int elements() {
    return (int) Dims.elements(dims, 0, dims.length);
  }

  /** Returns whether elements are floating-point numbers. */
  boolean isReal() {
    return kind.isReal();
  }

  /** Returns whether the integers depend on the batch. */
  boolean dependsOnBatch() {
    return perBatch != null;
  }

  /** Returns an element as a floating-point number. */
  double real(int index) {
    return floats != null ? floats.get(index) : integer(index);
  }

  /** Returns an element that is an integer; of one that depends on the batch the rest. */
  long integer(int index) {
    return integers == null ? (long) real(index) : integers[index];
  }

  /** Returns how often the batch is in an element. */
  long perBatch(int index) {
    return perBatch == null ? 0 : perBatch[index];
  }

  /** Returns how often the number of the image is in an element. */
  long perImage(int index) {
    return perImage == null ? 0 : perImage[index];
  }

  /** Returns the number that all elements are, bit for bit, or null if they are not one FLOAT. */
  @Nullable Float uniform() {
    if (kind != ElementKind.FLOAT || floats == null || elements() == 0) {
      return null;
    }
    int bits = Float.floatToRawIntBits(floats.get(0));
    for (int i = 1; i < elements(); i++) {
      if (Float.floatToRawIntBits(floats.get(i)) != bits) {
        return null;
      }
    }
    return floats.get(0);
  }

  /**
   * Returns the integers.
   *
   * @throws Refusal if they are none, or depend on the batch
   */
  long[] integers() throws Refusal {
    if (integers == null) {
      throw new Refusal("a constant is " + kind + ", wanted integers");
    }
    requireFixed();
    return integers;
  }

  /**
   * Returns the one integer.
   *
   * @throws Refusal if it is not one integer
   */
  long integer() throws Refusal {
    long[] values = integers();
    if (values.length != 1) {
      throw new Refusal("a constant has " + values.length + " elements, wanted 1");
    }
    return values[0];
  }

  /**
   * Returns the one number.
   *
   * @throws Refusal if there is not exactly one
   */
  float scalar() throws Refusal {
    requireFixed();
    if (elements() != 1) {
      throw new Refusal("a constant has dimensions " + Dims.text(dims) + ", wanted one element");
    }
    return (float) real(0);
  }

  /**
   * Refuses integers that depend on the batch.
   *
   * @throws Refusal if they do
   */
  void requireFixed() throws Refusal {
    if (perBatch != null) {
      throw Refusal.ofBatch("it computes with the size of the batch");
    }
  }

  /**
   * Returns the elements as float32 under other dimensions; a view if they are float32 already.
   *
   * @throws Refusal if they are not FLOAT
   */
  Tensor tensor(long... sizes) throws Refusal {
    if (kind != ElementKind.FLOAT || floats == null) {
      throw new Refusal("a constant is " + kind + ", wanted FLOAT");
    }
    return new Tensor(floats.data(), Arrays.stream(sizes).boxed().toList());
  }

  /**
   * Returns the elements as float32 in an array of the caller's.
   *
   * @throws Refusal if they are not FLOAT
   */
  float[] toFloats() throws Refusal {
    return tensor(elements()).toArray();
  }

  /** Returns the same elements in order under other dimensions. */
  Constant reshaped(int... to) {
    return new Constant(kind, to, floats, integers, perBatch, perImage, batchAxis);
  }

  /** Returns the elements that a move leaves, and the fill where there are none. */
  Constant moved(Move move, double fill) {
    int[] from = move.indices();
    if (integers == null) {
      float[] values = new float[from.length];
      for (int i = 0; i < from.length; i++) {
        values[i] = (float) (from[i] == Move.OUTSIDE ? fill : real(from[i]));
      }
      return ofFloats(kind, move.dims(), values).withBatchAxis(batchAxis);
    }
    long[] values = new long[from.length];
    long[] batches = new long[from.length];
    long[] images = new long[from.length];
    for (int i = 0; i < from.length; i++) {
      values[i] = from[i] == Move.OUTSIDE ? (long) fill : integers[from[i]];
      batches[i] = from[i] == Move.OUTSIDE ? 0 : perBatch(from[i]);
      images[i] = from[i] == Move.OUTSIDE ? 0 : perImage(from[i]);
    }
    return new Constant(
        kind, move.dims(), null, values, depending(batches), depending(images), batchAxis);
  }

  /** Returns the same numbers as another type. */
  Constant cast(ElementKind to) {
    int count = elements();
    if (to.isReal()) {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) real(i);
        if (to == ElementKind.FLOAT16) {
          values[i] = Float.float16ToFloat(Float.floatToFloat16(values[i]));
        }
      }
      return ofFloats(
              to,
              dims,
              floats == null || to == ElementKind.FLOAT16 ? Tensor.of(values, count) : floats)
          .withBatchAxis(batchAxis);
    }
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = to == ElementKind.BOOL ? (real(i) == 0 ? 0 : 1) : to.wrapped(integer(i));
    }
    return new Constant(to, dims, null, values, perBatch, perImage, batchAxis);
  }
}
