package dev.shiftwise.models.onnx;

import java.util.List;

/**
 * An input or output of the graph as declared.
 *
 * @param name its name
 * @param type the element type's number in ONNX; 0 if it is no tensor or nothing is said
 * @param hasShape whether the dimensions are given
 * @param dimensions the dimensions in order
 */
record ValueInfo(String name, int type, boolean hasShape, List<Dimension> dimensions) {

  /**
   * One dimension.
   *
   * @param size its size, or -1 if none is given
   * @param symbol its symbol, or empty
   */
  record Dimension(long size, String symbol) {}
}
