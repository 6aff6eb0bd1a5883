package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.models.io.ModelFormatException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** What is wrong with models that cannot be read. */
final class Faults {
  private Faults() {}

  /** Returns why a file is no model. */
  static String fault(byte[] bytes) {
    return String.valueOf(
        assertThrows(
                ModelFormatException.class,
                () -> OnnxModel.of("model", MemorySegment.ofArray(bytes), OnnxOptions.none()))
            .getMessage());
  }

  /** Returns why a graph is none. */
  static String fault(GraphBuilder graph) {
    return fault(graph.bytes());
  }

  /** Returns why a graph cannot be run, which is to be found soon. */
  static String refusal(GraphBuilder graph) {
    return assertTimeout(
        Duration.ofSeconds(20),
        () ->
            String.valueOf(assertThrows(OnnxUnsupportedException.class, graph::read).getMessage()));
  }

  /** Checks that a message of one line says something. */
  static void requireContains(String part, String message) {
    assertTrue(message.contains(part), message);
    assertEquals(1, message.lines().count());
  }
}
