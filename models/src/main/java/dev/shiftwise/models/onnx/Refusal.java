package dev.shiftwise.models.onnx;

/**
 * A node cannot be run, and why: noted beside the node's name, so that all of them can be told at
 * once.
 */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean ofBatch;

  Refusal(String reason) {
    this(reason, false);
  }

  private Refusal(String reason, boolean ofBatch) {
    super(reason, null, false, false);
    this.ofBatch = ofBatch;
  }

  /** The node does not treat every image alike; as part of one image it may still be run. */
  static Refusal ofBatch(String reason) {
    return new Refusal(reason, true);
  }

  /** Returns whether it is only the batch that is in the way. */
  boolean isOfBatch() {
    return ofBatch;
  }

  /** Returns the reason. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
