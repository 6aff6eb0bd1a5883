package dev.shiftwise.models.io;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Puts safetensors content together by hand, sound or not. */
final class SafetensorsBytes {
  private SafetensorsBytes() {}

  static byte[] of(String header, int dataBytes) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return of(text.length, text, dataBytes);
  }

  static byte[] of(long statedLength, byte[] header, int dataBytes) {
    ByteBuffer buffer = ByteBuffer.allocate(8 + header.length + dataBytes);
    return buffer.order(ByteOrder.LITTLE_ENDIAN).putLong(statedLength).put(header).array();
  }

  static SafetensorsFile open(byte[] content) throws ModelFormatException {
    return SafetensorsFile.of("test", MemorySegment.ofArray(content));
  }
}
