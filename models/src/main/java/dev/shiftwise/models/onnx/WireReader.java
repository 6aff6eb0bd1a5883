package dev.shiftwise.models.onnx;

import dev.shiftwise.models.io.ModelFormatException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/**
 * Reads one message of protobuf's wire format where it lies, a field at a time: nothing is copied
 * before somebody asks for it, messages that nobody asks for are stepped over, and so neither
 * nesting nor repetition can make it use more than the {@link ReadLimits} allow.
 */
final class WireReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;
  private static final int LONGEST_VARINT = 10;

  private final ReadLimits limits;
  private final MemorySegment message;
  private final long start;
  private long at;
  private int field;
  private int type;

  /** Reads a whole file. */
  WireReader(ReadLimits limits, MemorySegment file) {
    this(limits, file, 0);
  }

  private WireReader(ReadLimits limits, MemorySegment message, long start) {
    this.limits = limits;
    this.message = message;
    this.start = start;
  }

  /** Goes to the next field; false at the end of the message. What was not read is stepped over. */
  boolean next() throws ModelFormatException {
    if (at == message.byteSize()) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    type = (int) (tag & 7);
    if (tag >>> 35 != 0 || field <= 0) {
      throw fault("tag " + Long.toUnsignedString(tag), "a field of an ONNX model");
    }
    limits.countItem();
    return true;
  }

  /** Returns the number of the field that {@link #next} went to. */
  int field() {
    return field;
  }

  /** Steps over the field. */
  void skip() throws ModelFormatException {
    switch (type) {
      case VARINT -> varint();
      case FIXED64 -> advance(Long.BYTES);
      case FIXED32 -> advance(Integer.BYTES);
      case BYTES -> advance(varint());
      default -> throw fault("wire type " + type, "0, 1, 2 or 5");
    }
  }

  /** Reads an integer. */
  long integer() throws ModelFormatException {
    require(VARINT, "an integer");
    return varint();
  }

  /** Reads an integer that has to fit an int. */
  int smallInteger() throws ModelFormatException {
    long value = integer();
    if (value != (int) value) {
      throw fault(String.valueOf(value), "an int");
    }
    return (int) value;
  }

  /** Reads a float. */
  float real() throws ModelFormatException {
    require(FIXED32, "a float");
    long from = advance(Integer.BYTES);
    return Float.intBitsToFloat(little(from, Integer.BYTES));
  }

  /** Reads an inner message's place; reading that moves nothing here. */
  WireReader inner() throws ModelFormatException {
    MemorySegment bytes = bytes();
    return new WireReader(limits, bytes, start + at - bytes.byteSize());
  }

  /** Reads bytes as a view of the file. */
  MemorySegment bytes() throws ModelFormatException {
    require(BYTES, "a string, bytes or a message");
    long length = varint();
    return message.asSlice(advance(length), length);
  }

  /** Reads text. */
  String text() throws ModelFormatException {
    MemorySegment bytes = bytes();
    limits.countText(bytes.byteSize());
    return new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
  }

  /** Reads integers, whether they stand packed or one by one. */
  void integers(LongConsumer each) throws ModelFormatException {
    if (type == VARINT) {
      each.accept(varint());
      return;
    }
    WireReader packed = inner();
    while (packed.at < packed.message.byteSize()) {
      limits.countItem();
      each.accept(packed.varint());
    }
  }

  /**
   * Reads numbers of a repeated field as bytes still encoded: all that stand packed, or the one
   * that stands by itself.
   *
   * @param width bytes of one, or 0 for varints
   */
  MemorySegment encoded(int width) throws ModelFormatException {
    if (type == BYTES) {
      return bytes();
    }
    long from = at;
    require(width == 0 ? VARINT : width == Long.BYTES ? FIXED64 : FIXED32, "a number");
    skip();
    return message.asSlice(from, at - from);
  }

  /** Reads all varints of a segment that {@link #encoded} returned. */
  static void varints(ReadLimits limits, MemorySegment encoded, LongConsumer each)
      throws ModelFormatException {
    WireReader reader = new WireReader(limits, encoded, 0);
    while (reader.at < encoded.byteSize()) {
      each.accept(reader.varint());
    }
  }

  private long varint() throws ModelFormatException {
    long value = 0;
    for (int i = 0; i < LONGEST_VARINT; i++) {
      byte part = message.get(ValueLayout.JAVA_BYTE, advance(1));
      value |= (long) (part & 0x7f) << (7 * i);
      if (part >= 0) {
        return value;
      }
    }
    throw fault("a number of more than 10 bytes", "an ONNX model");
  }

  private int little(long from, int bytes) {
    int value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (message.get(ValueLayout.JAVA_BYTE, from + i) & 0xff) << (8 * i);
    }
    return value;
  }

  /** Moves on by so many bytes and returns where they begin. */
  private long advance(long length) throws ModelFormatException {
    if (length < 0 || length > message.byteSize() - at) {
      throw fault(
          "a length of " + Long.toUnsignedString(length),
          "at most the " + (message.byteSize() - at) + " bytes left (is the file whole?)");
    }
    long from = at;
    at += length;
    return from;
  }

  private void require(int wanted, String name) throws ModelFormatException {
    if (type != wanted) {
      throw fault("wire type " + type + " in field " + field, name + ", wire type " + wanted);
    }
  }

  private ModelFormatException fault(String found, String wanted) {
    return limits.fault("byte " + (start + at), found, wanted);
  }
}
