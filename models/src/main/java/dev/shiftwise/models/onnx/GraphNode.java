package dev.shiftwise.models.onnx;

import java.util.List;
import java.util.Map;

/**
 * A node as the file has it.
 *
 * @param index its place in the file, from 0
 * @param name its name, often empty
 * @param operator the operator's name
 * @param domain the operator set; empty for ONNX's own
 * @param inputs names of the values it reads; empty for one left out
 * @param outputs names of the values it makes; empty for one left out
 * @param attributes by name
 */
record GraphNode(
    int index,
    String name,
    String operator,
    String domain,
    List<String> inputs,
    List<String> outputs,
    Map<String, Attribute> attributes) {

  /** Returns its name, or its first output's, or its number. */
  String label() {
    if (!name.isEmpty()) {
      return name;
    }
    return outputs.isEmpty() || outputs.getFirst().isEmpty() ? "#" + index : outputs.getFirst();
  }

  /** Returns the operator with its domain, unless that is ONNX's own. */
  String qualifiedOperator() {
    return isStandard() ? operator : domain + "." + operator;
  }

  /** Returns whether the operator is one of ONNX's own. */
  boolean isStandard() {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }
}
