package dev.shiftwise.models.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import dev.shiftwise.models.io.OutputFiles;
import dev.shiftwise.models.onnx.GraphWriter.Form;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Node;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes networks as ONNX, with operators of the standard and nothing else: opset 17, or 18 where
 * there is a bilinear resize.
 *
 * <p>Inputs and outputs keep their names. They are float32 with the dimensions (N, C, H, W), or (N,
 * C) for outputs whose planes have one element; the batch N is left open. Weights lie in the file,
 * with the batch normalisation folded in. The same network makes the same bytes.
 *
 * <p>Shifts, windows and shortcut shifts, which cost nothing here, become operators there ({@link
 * Shifts}). Safe for any thread.
 */
public final class OnnxExport {
  /** The name of the dimension that the batch is. */
  public static final String BATCH = "N";

  /** How the shifts are written. */
  public enum Shifts {
    /**
     * What takes least time in ONNX Runtime: an operand's channel shift, window and RING shift
     * together are slices of its ring and one concat, and a ZERO shift is a depthwise convolution
     * whose kernels hold a single one. Such a convolution makes NaN of the neighbours of NaN and of
     * infinities, and +0 of -0; slices keep every bit.
     */
    CONVOLVED,
    /**
     * What an exporter makes of a program that shifts step by step: slices and a concat for a
     * channel shift, slices and a concat of the flattened map for a RING shift, zeros around the
     * planes and slices of that for a ZERO shift.
     */
    SLICED
  }

  private OnnxExport() {}

  /**
   * Writes a file, with the shifts in the faster form. It appears complete or not at all.
   *
   * @throws IOException if it cannot be written; what was there before stays then
   * @throws IllegalArgumentException if an output has the name of an input, or the weights are more
   *     than the 2 GiB which such a file can hold
   * @throws IllegalStateException if the weights' memory has been closed
   */
  public static void write(Network network, Path file) throws IOException {
    write(network, file, Shifts.CONVOLVED);
  }

  /**
   * Writes a file. It appears complete or not at all.
   *
   * @throws IOException if it cannot be written; what was there before stays then
   * @throws IllegalArgumentException if an output has the name of an input, or the weights are more
   *     than the 2 GiB which such a file can hold
   * @throws IllegalStateException if the weights' memory has been closed
   */
  public static void write(Network network, Path file, Shifts shifts) throws IOException {
    write(network, file, shifts, Map.of());
  }

  /**
   * Writes a file with statements about the model. It appears complete or not at all.
   *
   * @param metadata the file's {@code metadata_props}, such as {@code ModelCard.metadata()}
   * @throws IOException if it cannot be written; what was there before stays then
   * @throws IllegalArgumentException if an output has the name of an input, or the weights are more
   *     than the 2 GiB which such a file can hold
   * @throws IllegalStateException if the weights' memory has been closed
   */
  public static void write(Network network, Path file, Shifts shifts, Map<String, String> metadata)
      throws IOException {
    OutputFiles.writeBytes(file, toBytes(network, shifts, metadata));
  }

  /**
   * Returns what a file would hold.
   *
   * @throws IllegalArgumentException if an output has the name of an input, or the weights are more
   *     than the 2 GiB which such a file can hold
   * @throws IllegalStateException if the weights' memory has been closed
   */
  public static byte[] toBytes(Network network, Shifts shifts) {
    return toBytes(network, shifts, Map.of());
  }

  /**
   * Returns what a file with statements about the model would hold.
   *
   * @param metadata the file's {@code metadata_props}
   * @throws IllegalArgumentException if an output has the name of an input, or the weights are more
   *     than the 2 GiB which such a file can hold
   * @throws IllegalStateException if the weights' memory has been closed
   */
  public static byte[] toBytes(Network network, Shifts shifts, Map<String, String> metadata) {
    ModelProto.Builder model = model(network, shifts).toBuilder();
    // In order, so that the same model makes the same bytes.
    new TreeMap<>(metadata)
        .forEach(
            (key, value) ->
                model.addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build().toByteArray();
  }

  private static ModelProto model(Network network, Shifts shifts) {
    Set<String> names = new HashSet<>(network.outputs().keySet());
    for (Value input : network.inputs()) {
      if (!names.add(input.name())) {
        throw new IllegalArgumentException(
            "output '"
                + input.name()
                + "' has the name of an input, wanted another: names are there once in ONNX");
      }
    }
    GraphWriter graph = new GraphWriter(network.name(), names);
    ViewWriter views = new ViewWriter(graph, shifts);
    OperatorWriter operators = new OperatorWriter(graph);
    Map<Value, Form> made = new HashMap<>();
    for (Value input : network.inputs()) {
      made.put(input, graph.input(input.name(), input.shape()));
    }
    for (Node node : network.nodes()) {
      made.put(
          node.output(),
          operators.add(node, node.inputs().stream().map(o -> view(views, made, o)).toList()));
    }
    network.outputs().forEach((name, operand) -> graph.output(name, view(views, made, operand)));
    return graph.model();
  }

  private static Form view(ViewWriter views, Map<Value, Form> made, Operand operand) {
    Form value = made.get(operand.value());
    if (value == null) {
      throw new IllegalStateException("a network's nodes stand in order");
    }
    return views.view(value, operand);
  }
}
