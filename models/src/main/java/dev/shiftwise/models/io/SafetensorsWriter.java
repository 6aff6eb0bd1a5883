package dev.shiftwise.models.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.shiftwise.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes safetensors files.
 *
 * <p>The same arguments make the same bytes: tensors lie in the order of the map, and the header is
 * padded with blanks so that the data begins at a multiple of eight, as the format recommends. The
 * file appears complete or not at all.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;
  private static final String METADATA = "__metadata__";

  private SafetensorsWriter() {}

  /**
   * Writes a file, replacing one of the same name.
   *
   * @param file the file to write
   * @param tensors its tensors, in the order they shall lie; read during the call only
   * @param metadata strings to store beside them
   * @throws IOException if the file cannot be written; nothing is left behind then
   * @throws IllegalArgumentException if a tensor is called {@code __metadata__}
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    if (tensors.containsKey(METADATA)) {
      throw new IllegalArgumentException("tensors: found the name __metadata__, wanted another");
    }
    byte[] header = header(tensors, metadata);
    OutputFiles.writeAtomically(
        file,
        channel -> {
          ByteBuffer start = ByteBuffer.allocate(Long.BYTES + header.length);
          start.order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).put(header).flip();
          OutputFiles.write(channel, start);
          for (Tensor tensor : tensors.values()) {
            OutputFiles.write(channel, tensor.data());
          }
        });
  }

  private static byte[] header(Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      long begin = 0;
      for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
        long end = Math.addExact(begin, entry.getValue().data().byteSize());
        writeEntry(json, entry.getKey(), entry.getValue(), begin, end);
        begin = end;
      }
      json.writeEndObject();
    }
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(' ');
    }
    return bytes.toByteArray();
  }

  private static void writeEntry(
      JsonGenerator json, String name, Tensor tensor, long begin, long end) throws IOException {
    json.writeObjectFieldStart(name);
    json.writeStringField("dtype", SafetensorsType.F32.name());
    json.writeArrayFieldStart("shape");
    for (long size : tensor.dimensions()) {
      json.writeNumber(size);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("data_offsets");
    json.writeNumber(begin);
    json.writeNumber(end);
    json.writeEndArray();
    json.writeEndObject();
  }
}
