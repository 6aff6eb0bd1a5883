package dev.shiftwise.models.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.shiftwise.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A graph of ONNX as it grows: nodes, constants, and names that are there only once.
 *
 * <p>A value has one of two forms, four dimensions or the ring of each image in one ({@link Form});
 * each is made from the other when it is first asked for.
 */
final class GraphWriter {
  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;

  /** How protobuf counts a message, with room for all that is not weights. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - (64L << 20);

  private final String name;
  private final List<ValueInfoProto> inputs = new ArrayList<>();
  private final List<ValueInfoProto> outputs = new ArrayList<>();
  private final List<NodeProto.Builder> nodes = new ArrayList<>();
  private final List<TensorProto> constants = new ArrayList<>();
  private final Map<List<Long>, String> integers = new HashMap<>();
  private final Map<Form, Form> otherForms = new HashMap<>();
  private final Set<String> names = new HashSet<>();
  private final Set<String> fixed = new HashSet<>();
  private final Map<String, String> renamed = new HashMap<>();
  private long constantBytes;
  private int opset = OPSET;

  /**
   * A value in the graph.
   *
   * @param name its name
   * @param shape the shape of an image
   * @param flat whether its dimensions are (N, C * H * W) and not (N, C, H, W)
   */
  record Form(String name, Shape shape, boolean flat) {}

  /**
   * Starts a graph.
   *
   * @param name the graph's name
   * @param reserved names that values will ask for in the end
   */
  GraphWriter(String name, Set<String> reserved) {
    this.name = name;
    names.addAll(reserved);
  }

  /** Asks for a version of the operators, where 17 has not what is wanted. */
  void requireOpset(int version) {
    opset = Math.max(opset, version);
  }

  /** Declares an input of reserved name. */
  Form input(String inputName, Shape shape) {
    Form form = new Form(inputName, shape, false);
    fixed.add(inputName);
    inputs.add(info(form));
    return form;
  }

  /** Declares an output of reserved name; (N, C) where the planes have one element. */
  void output(String outputName, Form value) {
    Form form = value.shape().plane() == 1 ? flat(value) : image(value);
    if (fixed.add(form.name())) {
      // Made by a node and not yet an output: it simply takes the name.
      renamed.put(form.name(), outputName);
    } else {
      add(node("Identity", outputName, form.name()).addOutput(outputName));
    }
    outputs.add(info(new Form(outputName, form.shape(), form.flat())));
  }

  /** Returns the value with four dimensions. */
  Form image(Form form) {
    if (!form.flat()) {
      return form;
    }
    Form known = otherForms.get(form);
    return known != null ? known : pair(form, reshape(form.name() + ".image", form, form.shape()));
  }

  /** Returns the value with one dimension an image. */
  Form flat(Form form) {
    if (form.flat()) {
      return form;
    }
    Form known = otherForms.get(form);
    return known != null
        ? known
        : pair(
            form,
            new Form(
                add("Flatten", form.name() + ".flat", List.of(form.name()), integer("axis", 1)),
                form.shape(),
                true));
  }

  private Form pair(Form form, Form other) {
    otherForms.put(form, other);
    otherForms.put(other, form);
    return other;
  }

  /** Returns the same elements in the same order as another shape. */
  Form reshape(String wanted, Form form, Shape shape) {
    long[] dimensions = {0, shape.channels(), shape.height(), shape.width()};
    return new Form(reshape(wanted, form.name(), dimensions), shape, false);
  }

  /** Reshapes; a dimension of 0 stays as it is. */
  String reshape(String wanted, String value, long... dimensions) {
    return add("Reshape", wanted, List.of(value, integers(dimensions)));
  }

  /** Adds a node with one result, which gets the name asked for or one like it. */
  String add(String operator, String wanted, List<String> operands, AttributeProto... attributes) {
    String made = fresh(wanted);
    add(
        node(operator, made, operands.toArray(String[]::new))
            .addAllAttribute(Arrays.asList(attributes))
            .addOutput(made));
    return made;
  }

  private void add(NodeProto.Builder node) {
    nodes.add(node);
  }

  private static NodeProto.Builder node(String operator, String made, String... operands) {
    return NodeProto.newBuilder()
        .setName(made)
        .setOpType(operator)
        .addAllInput(Arrays.asList(operands));
  }

  /** Adds a constant of float32. */
  String floats(String wanted, float[] values, long... dimensions) {
    ByteBuffer raw = bytes((long) values.length * Float.BYTES);
    raw.asFloatBuffer().put(values);
    return constant(wanted, TensorProto.DataType.FLOAT, raw, dimensions);
  }

  /** Adds a list of integers, once for all that want the same. */
  String integers(long... values) {
    return integers.computeIfAbsent(
        Arrays.stream(values).boxed().toList(),
        _ -> {
          ByteBuffer raw = bytes((long) values.length * Long.BYTES);
          raw.asLongBuffer().put(values);
          return constant("constant", TensorProto.DataType.INT64, raw, values.length);
        });
  }

  private ByteBuffer bytes(long size) {
    constantBytes += size;
    if (constantBytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "network '"
              + name
              + "' has constants of more than "
              + MOST_BYTES
              + " bytes, wanted what one file of ONNX can hold");
    }
    return ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private String constant(
      String wanted, TensorProto.DataType type, ByteBuffer raw, long... dimensions) {
    String made = fresh(wanted);
    // Nobody else has the buffer.
    ByteString data = UnsafeByteOperations.unsafeWrap(raw);
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(made).setDataType(type.getNumber()).setRawData(data);
    for (long dimension : dimensions) {
      tensor.addDims(dimension);
    }
    constants.add(tensor.build());
    return made;
  }

  private String fresh(String wanted) {
    String made = wanted;
    for (int i = 1; !names.add(made); i++) {
      made = wanted + "." + i;
    }
    return made;
  }

  static AttributeProto integer(String attribute, long value) {
    return AttributeProto.newBuilder()
        .setName(attribute)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto integers(String attribute, long... values) {
    AttributeProto.Builder made =
        AttributeProto.newBuilder().setName(attribute).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      made.addInts(value);
    }
    return made.build();
  }

  static AttributeProto number(String attribute, float value) {
    return AttributeProto.newBuilder()
        .setName(attribute)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  static AttributeProto text(String attribute, String value) {
    return AttributeProto.newBuilder()
        .setName(attribute)
        .setType(AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  /** Returns all of it. */
  ModelProto model() {
    GraphProto.Builder graph = GraphProto.newBuilder().setName(name);
    for (NodeProto.Builder node : nodes) {
      node.setOutput(0, finalName(node.getOutput(0)));
      for (int i = 0; i < node.getInputCount(); i++) {
        node.setInput(i, finalName(node.getInput(i)));
      }
      graph.addNode(node);
    }
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("shiftwise")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
        .setGraph(graph.addAllInput(inputs).addAllOutput(outputs).addAllInitializer(constants))
        .build();
  }

  private String finalName(String value) {
    return renamed.getOrDefault(value, value);
  }

  private static ValueInfoProto info(Form form) {
    Shape shape = form.shape();
    TensorShapeProto.Builder dimensions =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(OnnxExport.BATCH));
    long[] sizes =
        form.flat()
            ? new long[] {shape.elements()}
            : new long[] {shape.channels(), shape.height(), shape.width()};
    for (long size : sizes) {
      dimensions.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(form.name())
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(dimensions)))
        .build();
  }
}
