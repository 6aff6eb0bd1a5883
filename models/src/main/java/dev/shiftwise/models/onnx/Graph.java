package dev.shiftwise.models.onnx;

import java.util.List;
import java.util.Map;

/**
 * A model as the file has it.
 *
 * @param name the graph's name
 * @param opset the version of ONNX's own operator set
 * @param nodes in the order of the file
 * @param initializers constants by name
 * @param inputs declared inputs; older files list initialisers among them
 * @param outputs declared outputs
 * @param metadata the model's properties
 */
record Graph(
    String name,
    int opset,
    List<GraphNode> nodes,
    Map<String, RawTensor> initializers,
    List<ValueInfo> inputs,
    List<ValueInfo> outputs,
    Map<String, String> metadata) {}
