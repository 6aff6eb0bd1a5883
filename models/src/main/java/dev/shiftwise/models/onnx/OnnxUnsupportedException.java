package dev.shiftwise.models.onnx;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An ONNX model is in order, but asks for something that is not supported. It lists every node in
 * question at once, each with its operator and the reason. The message is one line.
 */
public final class OnnxUnsupportedException extends IOException {
  private static final long serialVersionUID = 1;
  private static final int MOST_TOLD = 50;

  private final transient List<Refused> refused;

  /**
   * One node.
   *
   * @param node its name, or its first output's; an input's or output's name of the graph
   * @param operator its operator, with the domain unless that is ONNX's own; {@code input} or
   *     {@code output} for one of the graph
   * @param reason what it asks for and what would be supported
   */
  public record Refused(String node, String operator, String reason) {
    @Override
    public String toString() {
      return "'" + node + "' (" + operator + "): " + reason;
    }
  }

  OnnxUnsupportedException(String file, List<Refused> refused) {
    super(
        file
            + ": "
            + (refused.size() == 1 ? "1 node" : refused.size() + " nodes")
            + " cannot be run: "
            + refused.stream()
                .limit(MOST_TOLD)
                .map(Refused::toString)
                .collect(Collectors.joining("; "))
            + (refused.size() > MOST_TOLD
                ? "; and " + (refused.size() - MOST_TOLD) + " more"
                : ""));
    this.refused = List.copyOf(refused);
  }

  /** Returns all of them, in the order of the graph. */
  public List<Refused> refused() {
    return refused;
  }
}
