package dev.shiftwise.bench;

import dev.shiftwise.network.Network;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One of the ways that a comparison times.
 *
 * @param name unique in the comparison
 * @param network a network of one input and one output, which is timed as a whole
 * @param onnx the ONNX file that it was read from, if it was; peers that read ONNX run it as it is
 */
public record Variant(String name, Network network, @Nullable Path onnx) {

  /** Makes a variant that comes from no file. */
  public Variant(String name, Network network) {
    this(name, network, null);
  }
}
