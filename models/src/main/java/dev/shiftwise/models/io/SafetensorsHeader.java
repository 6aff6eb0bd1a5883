package dev.shiftwise.models.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.shiftwise.models.io.SafetensorsFile.Entry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON header of a safetensors file into its entries and metadata. Whether the entries
 * fit each other and the data is {@link SafetensorsLayout}'s to say.
 */
final class SafetensorsHeader {
  private static final String METADATA = "__metadata__";

  /** As in NumPy; the format itself states no limit, but a header of "1,1,1,..." must end. */
  private static final int MOST_DIMENSIONS = 64;

  private final String file;
  private final JsonParser json;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private SafetensorsHeader(String file, JsonParser json) {
    this.file = file;
    this.json = json;
  }

  /** Parses the header's bytes. */
  static SafetensorsHeader parse(String file, byte[] header) throws ModelFormatException {
    if (header.length == 0 || header[0] != '{') {
      throw new ModelFormatException(
          file, "header", "no '{' at its start", "a JSON object (is this a safetensors file?)");
    }
    // Names come from strangers: they are not to stay in the JVM's table of interned strings.
    JsonFactory factory =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();
    // A strict decoder: left to itself the parser would guess at UTF-16 and UTF-32 too.
    try (Reader text =
            new InputStreamReader(
                new ByteArrayInputStream(header), StandardCharsets.UTF_8.newDecoder());
        JsonParser json = factory.createParser(text)) {
      SafetensorsHeader parsed = new SafetensorsHeader(file, json);
      parsed.readTop();
      return parsed;
    } catch (ModelFormatException e) {
      throw e;
    } catch (JsonProcessingException e) {
      String found = ModelFormatException.quote(e.getOriginalMessage());
      throw new ModelFormatException(file, "header", found, "a valid JSON object", e);
    } catch (CharacterCodingException e) {
      throw new ModelFormatException(file, "header", "bytes that are no UTF-8", "UTF-8", e);
    } catch (IOException e) {
      throw new ModelFormatException(
          file, "header", ModelFormatException.quote(String.valueOf(e)), "a JSON object", e);
    }
  }

  /** Returns the tensors in the order of the header. */
  Map<String, Entry> entries() {
    return entries;
  }

  /** Returns the {@code __metadata__} strings in the order of the header. */
  Map<String, String> metadata() {
    return metadata;
  }

  private void readTop() throws IOException {
    json.nextToken();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      require(json.nextToken() == JsonToken.START_OBJECT, entry(name), "a JSON object");
      if (name.equals(METADATA)) {
        readMetadata();
      } else {
        entries.put(name, readEntry(name));
      }
    }
    if (json.nextToken() != null) {
      throw bad("header", "more text after the JSON object", "nothing but blanks after it");
    }
  }

  private void readMetadata() throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      String where = METADATA + " " + ModelFormatException.quote(key);
      require(json.nextToken() == JsonToken.VALUE_STRING, where, "a string");
      metadata.put(key, json.getText());
    }
  }

  private Entry readEntry(String name) throws IOException {
    SafetensorsType type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      String where = entry(name) + " " + field;
      switch (field) {
        case "dtype" -> type = readType(where);
        case "shape" -> shape = readSizes(where);
        case "data_offsets" -> offsets = readSizes(where);
        default -> json.skipChildren(); // as the format's own reader does
      }
    }
    type = present(type, name, "dtype");
    shape = present(shape, name, "shape");
    offsets = present(offsets, name, "data_offsets");
    if (offsets.size() != 2) {
      throw bad(entry(name) + " data_offsets", offsets.size() + " numbers", "[begin, end]");
    }
    return new Entry(name, type.name(), shape, offsets.get(0), offsets.get(1));
  }

  private SafetensorsType readType(String where) throws IOException {
    require(json.currentToken() == JsonToken.VALUE_STRING, where, "a string");
    String text = json.getText();
    for (SafetensorsType type : SafetensorsType.values()) {
      if (type.name().equals(text)) {
        return type;
      }
    }
    throw bad(where, ModelFormatException.quote(text), "a type of the safetensors format");
  }

  private List<Long> readSizes(String where) throws IOException {
    require(json.currentToken() == JsonToken.START_ARRAY, where, "an array of integers");
    List<Long> sizes = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      require(json.currentToken() == JsonToken.VALUE_NUMBER_INT, where, "an array of integers");
      long size = json.getLongValue(); // refuses what is longer than 64 bits
      if (size < 0) {
        throw bad(where, String.valueOf(size), "0 or more");
      }
      if (sizes.size() == MOST_DIMENSIONS) {
        throw bad(where, "more than " + MOST_DIMENSIONS + " numbers", "fewer");
      }
      sizes.add(size);
    }
    return List.copyOf(sizes);
  }

  private <T> T present(@Nullable T value, String name, String field) throws ModelFormatException {
    if (value == null) {
      throw bad(entry(name), "no field " + field, "dtype, shape and data_offsets");
    }
    return value;
  }

  private void require(boolean holds, String where, String wanted) throws IOException {
    if (!holds) {
      throw bad(where, String.valueOf(json.currentToken()), wanted);
    }
  }

  private ModelFormatException bad(String where, String found, String wanted) {
    return new ModelFormatException(file, where, found, wanted);
  }

  private static String entry(String name) {
    return "tensor " + ModelFormatException.quote(name);
  }
}
