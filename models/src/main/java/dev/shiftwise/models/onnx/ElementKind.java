package dev.shiftwise.models.onnx;

import org.jspecify.annotations.Nullable;

/** The element types of ONNX that constants may have; {@link Feature} has few of them. */
enum ElementKind {
  FLOAT(1, 4, true),
  UINT8(2, 1, false),
  INT8(3, 1, false),
  UINT16(4, 2, false),
  INT16(5, 2, false),
  INT32(6, 4, false),
  INT64(7, 8, false),
  BOOL(9, 1, false),
  FLOAT16(10, 2, true),
  DOUBLE(11, 8, true);

  private final int code;
  private final int bytes;
  private final boolean real;

  ElementKind(int code, int bytes, boolean real) {
    this.code = code;
    this.bytes = bytes;
    this.real = real;
  }

  /** Returns the kind of an ONNX type number, or null for one that is not known here. */
  static @Nullable ElementKind of(int code) {
    for (ElementKind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    return null;
  }

  /** Returns bytes of one element as raw data. */
  int bytes() {
    return bytes;
  }

  /** Returns whether elements are floating-point numbers. */
  boolean isReal() {
    return real;
  }

  /** Returns what an integer becomes when it is stored as this type. */
  long wrapped(long value) {
    return switch (this) {
      case UINT8 -> value & 0xff;
      case INT8 -> (byte) value;
      case UINT16 -> value & 0xffff;
      case INT16 -> (short) value;
      case INT32 -> (int) value;
      case BOOL -> value == 0 ? 0 : 1;
      case INT64, FLOAT, FLOAT16, DOUBLE -> value;
    };
  }
}
