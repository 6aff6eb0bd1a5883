package dev.shiftwise.bench;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reports as JSON, written and read. */
public final class ReportJson {
  /** What no report of ours comes near: a file of this size is something else. */
  private static final long MAX_BYTES = 64L << 20;

  private static final int SHOWN = 120;

  private ReportJson() {}

  /** Returns a report as one JSON object, indented. */
  static String write(BenchReport report) {
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the report cannot be written as JSON", e);
    }
  }

  /**
   * Reads a report. Fields that this version does not know are passed over; all others must be
   * there.
   *
   * @throws IOException if the file cannot be read or holds no report of this version; the message
   *     is one line that names the file
   */
  public static BenchReport read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": is a folder, wanted a result");
    }
    long size = Files.size(file);
    if (size > MAX_BYTES) {
      throw new IOException(
          file
              + ": is "
              + (size >> 20)
              + " MiB, wanted a result of at most "
              + (MAX_BYTES >> 20)
              + " MiB");
    }
    JsonMapper mapper = strict();
    JsonNode tree;
    try {
      tree = mapper.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new IOException(file + ": is not JSON: " + where(e) + e.getOriginalMessage(), e);
    }
    requireVersion(file, tree);
    requireFinite(file, tree);
    try {
      return mapper.treeToValue(tree, BenchReport.class);
    } catch (JsonMappingException e) {
      throw new IOException(file + ": " + path(e) + " " + complaint(e), e);
    }
  }

  /** What JSON allows and a report never has is an error, and so is a field that is missing. */
  private static JsonMapper strict() {
    return JsonMapper.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .defaultSetterInfo(JsonSetter.Value.construct(Nulls.FAIL, Nulls.FAIL))
        .build();
  }

  private static void requireVersion(Path file, JsonNode tree) throws IOException {
    JsonNode schema = tree.path("schema");
    if (!schema.asText().equals(BenchReport.SCHEMA)) {
      throw new IOException(
          file
              + ": schema is "
              + shown(schema)
              + ", wanted '"
              + BenchReport.SCHEMA
              + "', as 'shiftwise bench --json' writes it");
    }
    JsonNode version = tree.path("version");
    if (!version.isInt()) {
      throw new IOException(file + ": version is " + shown(version) + ", wanted a number");
    }
    if (version.intValue() != BenchReport.SCHEMA_VERSION) {
      boolean newer = version.intValue() > BenchReport.SCHEMA_VERSION;
      throw new IOException(
          file
              + ": version is "
              + version
              + ", wanted "
              + BenchReport.SCHEMA_VERSION
              + (newer
                  ? "; it comes from a newer Shiftwise, compare it with that one"
                  : "; it comes from an older Shiftwise, measure again"));
    }
  }

  /** A number so large that it is none would not come out as JSON again. */
  private static void requireFinite(Path file, JsonNode tree) throws IOException {
    if (tree.isDouble() && !Double.isFinite(tree.doubleValue())) {
      throw new IOException(file + ": holds a number that is too large");
    }
    for (JsonNode child : tree) {
      requireFinite(file, child);
    }
  }

  private static String where(JsonProcessingException e) {
    return e.getLocation() == null
        ? ""
        : "line "
            + e.getLocation().getLineNr()
            + ", column "
            + e.getLocation().getColumnNr()
            + ": ";
  }

  /** Where in the report, such as {@code backends[0].name}. */
  private static String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference at : e.getPath()) {
      if (at.getFieldName() == null) {
        path.append('[').append(at.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(at.getFieldName());
      }
    }
    return shortened(path.toString());
  }

  private static String complaint(JsonMappingException e) {
    String message = String.valueOf(e.getOriginalMessage());
    if (message.startsWith("Missing creator property")) {
      return "is missing";
    }
    return switch (e) {
      case InvalidNullException _ -> "is null";
      case ValueInstantiationException wrong when wrong.getCause() != null ->
          "is refused: " + wrong.getCause().getMessage();
      default -> "is not as it should be: " + shortened(message);
    };
  }

  private static String shown(JsonNode node) {
    return node.isMissingNode() ? "missing" : "'" + shortened(node.asText(node.toString())) + "'";
  }

  /** What stands in a file may be long, and may be made to play tricks with a terminal. */
  private static String shortened(String text) {
    String plain = text.replaceAll("[^\\x20-\\x7e]", "?");
    return plain.length() <= SHOWN ? plain : plain.substring(0, SHOWN) + "...";
  }
}
