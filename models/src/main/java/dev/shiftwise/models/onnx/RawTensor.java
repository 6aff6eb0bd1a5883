package dev.shiftwise.models.onnx;

import dev.shiftwise.models.io.ModelFormatException;
import dev.shiftwise.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tensor as the file has it: sizes and where its elements stand. Nothing of it is read before it
 * is needed, and float32 elements in one piece never are: they stay a view of the file.
 *
 * @param name its name; empty for an attribute's
 * @param type the element type's number in ONNX
 * @param dimensions sizes, as the file states them
 * @param raw little-endian elements, or null
 * @param typed elements in the field for their type, still encoded
 * @param external where an external file has them, or null
 */
record RawTensor(
    String name,
    int type,
    List<Long> dimensions,
    @Nullable MemorySegment raw,
    List<MemorySegment> typed,
    @Nullable Map<String, String> external) {

  /** The most elements a constant may have. */
  private static final long MOST_ELEMENTS = 1L << 40;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * Returns the constant.
   *
   * @param what what messages call it
   * @throws ModelFormatException if the elements are not all there, or there are too many
   * @throws Refusal if the element type is none that is known here
   */
  Constant constant(String what, ReadLimits limits, ExternalData files)
      throws ModelFormatException, Refusal {
    ElementKind kind = ElementKind.of(type);
    if (kind == null) {
      throw new Refusal(what + " has elements of type " + type + ", wanted FLOAT or an integer");
    }
    long elements = elements(what, limits);
    int[] sizes = dimensions.stream().mapToInt(Long::intValue).toArray();
    MemorySegment data = external != null ? files.data(what, external) : raw;
    if (data == null) {
      return typedConstant(what, limits, kind, sizes, elements);
    }
    if (data.byteSize() != elements * kind.bytes()) {
      throw limits.fault(
          what,
          data.byteSize() + " bytes of data",
          elements * kind.bytes() + " for " + kind + " " + dimensions);
    }
    if (kind == ElementKind.FLOAT) {
      return Constant.ofFloats(kind, sizes, new Tensor(data, dimensions));
    }
    int count = few(what, limits, elements);
    if (kind.isReal()) {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] =
            kind == ElementKind.DOUBLE
                ? (float) data.get(DOUBLE, (long) i * Double.BYTES)
                : Float.float16ToFloat(data.get(SHORT, (long) i * Short.BYTES));
      }
      return Constant.ofFloats(kind, sizes, values);
    }
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      long at = (long) i * kind.bytes();
      values[i] =
          kind.wrapped(
              switch (kind.bytes()) {
                case 1 -> data.get(ValueLayout.JAVA_BYTE, at);
                case 2 -> data.get(SHORT, at);
                case 4 -> data.get(INT, at);
                default -> data.get(LONG, at);
              });
    }
    return Constant.ofIntegers(kind, sizes, values);
  }

  private Constant typedConstant(
      String what, ReadLimits limits, ElementKind kind, int[] sizes, long elements)
      throws ModelFormatException {
    long bytes = typed.stream().mapToLong(MemorySegment::byteSize).sum();
    if (kind == ElementKind.FLOAT || kind == ElementKind.DOUBLE) {
      requireCount(what, limits, elements, bytes / kind.bytes(), bytes % kind.bytes() == 0);
      if (kind == ElementKind.FLOAT && typed.size() == 1) {
        return Constant.ofFloats(kind, sizes, new Tensor(typed.getFirst(), dimensions));
      }
      float[] values = new float[few(what, limits, elements)];
      int to = 0;
      for (MemorySegment part : typed) {
        for (long at = 0; at < part.byteSize(); at += kind.bytes()) {
          values[to++] =
              kind == ElementKind.FLOAT
                  ? part.get(Tensor.ELEMENT, at)
                  : (float) part.get(DOUBLE, at);
        }
      }
      return Constant.ofFloats(kind, sizes, values);
    }
    if (elements > bytes) {
      requireCount(what, limits, elements, bytes, false);
    }
    long[] values = new long[few(what, limits, elements)];
    int[] to = new int[1];
    for (MemorySegment part : typed) {
      WireReader.varints(
          limits,
          part,
          value -> {
            if (to[0] < values.length) {
              values[to[0]] = kind.wrapped(value);
            }
            to[0]++;
          });
    }
    requireCount(what, limits, elements, to[0], true);
    if (kind.isReal()) {
      float[] halves = new float[values.length];
      for (int i = 0; i < halves.length; i++) {
        halves[i] = Float.float16ToFloat((short) values[i]);
      }
      return Constant.ofFloats(kind, sizes, halves);
    }
    return Constant.ofIntegers(kind, sizes, values);
  }

  private void requireCount(String what, ReadLimits limits, long wanted, long found, boolean whole)
      throws ModelFormatException {
    if (wanted != found || !whole) {
      throw limits.fault(what, found + " elements", wanted + " for dimensions " + dimensions);
    }
  }

  private long elements(String what, ReadLimits limits) throws ModelFormatException {
    long elements = 1;
    for (long size : dimensions) {
      if (size < 0 || size > Integer.MAX_VALUE) {
        throw limits.fault(what, "dimensions " + dimensions, "each 0 to 2^31-1");
      }
      // A zero would hide the overflow of the others, which still must be stated sanely.
      if (size > 0 && elements > MOST_ELEMENTS / size) {
        throw limits.fault(what, "dimensions " + dimensions, "at most 2^40 elements");
      }
      elements *= Math.max(1, size);
    }
    return dimensions.contains(0L) ? 0 : elements;
  }

  /** What is decoded must fit memory; what is not FLOAT or stands in pieces is small in fact. */
  private static int few(String what, ReadLimits limits, long elements)
      throws ModelFormatException {
    if (elements > 1 << 26) {
      throw limits.fault(what, elements + " elements to convert", "at most 2^26, or float32");
    }
    return (int) elements;
  }
}
