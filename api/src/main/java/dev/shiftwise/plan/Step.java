package dev.shiftwise.plan;

import dev.shiftwise.network.Node;
import java.util.List;

/**
 * One kernel call: an operator with the places it reads and the place it writes.
 *
 * @param node the operator, never a {@code Concat}
 * @param sources what it reads, in the operator's order
 * @param destination where the result goes; possibly a window of a larger region
 * @param guards what is filled around the result once it is complete
 */
public record Step(Node node, List<Source> sources, Placement destination, Guards guards) {

  /** Copies the list. */
  public Step {
    sources = List.copyOf(sources);
  }
}
