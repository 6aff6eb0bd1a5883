package dev.shiftwise.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;

/** Prints results as JSON, one line. */
final class Json {
  private Json() {}

  static void print(PrintWriter out, Object value) {
    try {
      out.println(new ObjectMapper().writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the result cannot be written as JSON", e);
    }
    out.flush();
  }
}
