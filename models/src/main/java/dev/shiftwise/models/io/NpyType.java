package dev.shiftwise.models.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The element types that are read from {@code .npy} files. Each value becomes the nearest float32,
 * as NumPy's {@code astype(float32)} makes it.
 */
enum NpyType {
  BOOL("b1", 1),
  INT8("i1", 1),
  UINT8("u1", 1),
  INT16("i2", 2),
  UINT16("u2", 2),
  INT32("i4", 4),
  UINT32("u4", 4),
  INT64("i8", 8),
  FLOAT16("f2", 2),
  FLOAT32("f4", 4),
  FLOAT64("f8", 8);

  private final String code;
  private final int bytes;

  NpyType(String code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** Finds the type of a {@code descr} such as {@code <f4} or {@code |u1}. */
  static NpyType of(String file, String descr) throws ModelFormatException {
    for (NpyType type : values()) {
      String orders = type.bytes == 1 ? "|<>" : "<>";
      if (descr.length() == 3
          && orders.indexOf(descr.charAt(0)) >= 0
          && descr.substring(1).equals(type.code)) {
        return type;
      }
    }
    throw new ModelFormatException(
        file,
        "descr",
        ModelFormatException.quote(descr),
        "float16, 32 or 64, an integer type but uint64, or bool");
  }

  /** Returns the byte order that a {@code descr} states. */
  static ByteOrder order(String descr) {
    return descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  /** Returns the bytes of one element. */
  int bytes() {
    return bytes;
  }

  /** Reads one element. */
  float read(MemorySegment data, long element, ByteOrder order) {
    long at = element * bytes;
    return switch (this) {
      case BOOL -> data.get(ValueLayout.JAVA_BYTE, at) == 0 ? 0 : 1;
      case INT8 -> data.get(ValueLayout.JAVA_BYTE, at);
      case UINT8 -> data.get(ValueLayout.JAVA_BYTE, at) & 0xff;
      case INT16 -> shortAt(data, at, order);
      case UINT16 -> shortAt(data, at, order) & 0xffff;
      case INT32 -> intAt(data, at, order);
      case UINT32 -> Integer.toUnsignedLong(intAt(data, at, order));
      case INT64 -> longAt(data, at, order);
      case FLOAT16 -> Float.float16ToFloat(shortAt(data, at, order));
      case FLOAT32 -> Float.intBitsToFloat(intAt(data, at, order));
      case FLOAT64 -> (float) Double.longBitsToDouble(longAt(data, at, order));
    };
  }

  private static short shortAt(MemorySegment data, long at, ByteOrder order) {
    return data.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), at);
  }

  private static int intAt(MemorySegment data, long at, ByteOrder order) {
    return data.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), at);
  }

  private static long longAt(MemorySegment data, long at, ByteOrder order) {
    return data.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order), at);
  }
}
