package dev.shiftwise.models.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.shiftwise.models.onnx.GraphWriter.Form;
import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.GlobalAveragePool;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Node;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Rearrange;
import dev.shiftwise.network.Resize;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes nodes whose operands have been made. */
final class OperatorWriter {
  private final GraphWriter graph;
  private final MoveWriter moves;

  OperatorWriter(GraphWriter graph) {
    this.graph = graph;
    this.moves = new MoveWriter(graph);
  }

  /** Adds what a node computes, under the node's name, and returns its result. */
  Form add(Node node, List<Form> operands) {
    String name = node.name();
    Shape shape = node.output().shape();
    Form first = operands.getFirst();
    return switch (node.operator()) {
      case PointwiseConvolution op -> pointwise(name, op, operands, shape);
      case Convolution op -> convolution(name, op, first, shape);
      case Dense op -> dense(name, op, first, shape);
      case AveragePool op -> averagePool(name, op, first, shape);
      case MaxPool op -> maxPool(name, op, first, shape);
      case GlobalAveragePool _ -> image("GlobalAveragePool", name, shape, operands);
      case ChannelShuffle(int groups) -> moves.shuffle(name, groups, first);
      case Rearrange op -> moves.rearrange(name, op, first);
      case Resize op -> moves.resize(name, op, first);
      case Concat _ -> image("Concat", name, shape, operands, GraphWriter.integer("axis", 1));
      case Arithmetic(Arithmetic.Function function, Activation activation) ->
          activated(name, activation, joined(function, linear(name, activation), shape, operands));
      case Activate(Activation activation) -> activated(name, activation, first);
      case Softmax _ -> image("Softmax", name, shape, operands, GraphWriter.integer("axis", 1));
      case Copy _ ->
          new Form(graph.add("Identity", name, List.of(first.name())), shape, first.flat());
    };
  }

  /** Adds an operator of values with four dimensions. */
  private Form image(
      String operator,
      String name,
      Shape shape,
      List<Form> operands,
      AttributeProto... attributes) {
    List<String> images = operands.stream().map(form -> graph.image(form).name()).toList();
    return new Form(graph.add(operator, name, images, attributes), shape, false);
  }

  // ---- functions of two values ----

  private Form joined(Arithmetic.Function function, String name, Shape shape, List<Form> operands) {
    return switch (function) {
      case ADD -> image("Add", name, shape, operands);
      case SUBTRACT -> image("Sub", name, shape, operands);
      case MULTIPLY -> image("Mul", name, shape, operands);
      case DIVIDE -> image("Div", name, shape, operands);
      case LESS -> number(name, image("Less", name + ".holds", shape, operands));
      case LESS_OR_EQUAL -> number(name, image("LessOrEqual", name + ".holds", shape, operands));
      case EQUAL -> number(name, image("Equal", name + ".holds", shape, operands));
      case MASK -> masked(name, shape, operands.getFirst(), operands.get(1));
    };
  }

  /** 1 for true and 0 for false. */
  private Form number(String name, Form condition) {
    return same(
        "Cast",
        name,
        condition,
        List.of(),
        GraphWriter.integer("to", TensorProto.DataType.FLOAT.getNumber()));
  }

  private Form masked(String name, Shape shape, Form value, Form mask) {
    String zero = graph.floats(name + ".zero", new float[] {0});
    String hidden = graph.floats(name + ".hidden", new float[] {-0f});
    String isHidden =
        graph.add("Equal", name + ".isHidden", List.of(graph.image(mask).name(), zero));
    return new Form(
        graph.add("Where", name, List.of(isHidden, hidden, graph.image(value).name())),
        shape,
        false);
  }

  // ---- convolutions ----

  private Form pointwise(String name, PointwiseConvolution op, List<Form> operands, Shape shape) {
    boolean residual = operands.size() == 2;
    Filter filter = op.filter();
    List<AttributeProto> attributes =
        List.of(
            GraphWriter.integer("group", op.groups()),
            GraphWriter.integers("kernel_shape", 1, 1),
            GraphWriter.integers("strides", op.stride(), op.stride()));
    String made = linear(name, op.activation());
    Form sum =
        convolve(
            residual ? name + ".product" : made,
            operands.getFirst(),
            weights(name, filter, filter.outputs(), filter.weightsPerOutput(), 1, 1),
            attributes,
            shape);
    if (residual) {
      sum = image("Add", made, shape, List.of(sum, operands.get(1)));
    }
    return activated(name, op.activation(), sum);
  }

  private Form convolution(String name, Convolution op, Form operand, Shape shape) {
    Kernel2d kernel = op.kernel();
    Filter filter = op.filter();
    int perGroup = filter.weightsPerOutput() / kernel.taps();
    List<AttributeProto> attributes =
        List.of(
            GraphWriter.integer("group", op.groups()),
            kernelShape(kernel),
            strides(kernel),
            dilations(kernel),
            GraphWriter.integers(
                "pads", kernel.top(), kernel.left(), kernel.bottom(), kernel.right()));
    Form sum =
        convolve(
            linear(name, op.activation()),
            operand,
            weights(name, filter, filter.outputs(), perGroup, kernel.height(), kernel.width()),
            attributes,
            shape);
    return activated(name, op.activation(), sum);
  }

  private Form convolve(
      String name,
      Form operand,
      List<String> weights,
      List<AttributeProto> attributes,
      Shape shape) {
    List<String> operands = new ArrayList<>(weights);
    operands.addFirst(graph.image(operand).name());
    return new Form(
        graph.add("Conv", name, operands, attributes.toArray(AttributeProto[]::new)), shape, false);
  }

  private Form dense(String name, Dense op, Form operand, Shape shape) {
    Filter filter = op.filter();
    List<String> operands =
        new ArrayList<>(weights(name, filter, filter.outputs(), filter.weightsPerOutput()));
    operands.addFirst(graph.flat(operand).name());
    String sum =
        graph.add(
            "Gemm", linear(name, op.activation()), operands, GraphWriter.integer("transB", 1));
    return activated(name, op.activation(), new Form(sum, shape, true));
  }

  /** Returns the weight and, where there is one, the bias, with the normalisation folded in. */
  private List<String> weights(String name, Filter filter, long... dimensions) {
    String weight = graph.floats(name + ".weight", filter.foldedWeight(), dimensions);
    if (filter.bias() == null && filter.norm() == null) {
      return List.of(weight);
    }
    return List.of(weight, graph.floats(name + ".bias", filter.foldedBias(), filter.outputs()));
  }

  private static AttributeProto kernelShape(Kernel2d kernel) {
    return GraphWriter.integers("kernel_shape", kernel.height(), kernel.width());
  }

  private static AttributeProto strides(Kernel2d kernel) {
    return GraphWriter.integers("strides", kernel.strideY(), kernel.strideX());
  }

  private static AttributeProto dilations(Kernel2d kernel) {
    return GraphWriter.integers("dilations", kernel.dilationY(), kernel.dilationX());
  }

  // ---- poolings ----

  /**
   * The padding that a pooling's windows meet: what the last one reaches behind the plane, whether
   * it counts as padding or by {@code ceil}. So nothing depends on how a runtime rounds up.
   */
  private static AttributeProto pads(Kernel2d kernel, Shape in, Shape out) {
    long bottom =
        reach(kernel.height(), kernel.dilationY(), kernel.strideY(), out.height())
            - in.height()
            - kernel.top();
    long right =
        reach(kernel.width(), kernel.dilationX(), kernel.strideX(), out.width())
            - in.width()
            - kernel.left();
    return GraphWriter.integers(
        "pads", kernel.top(), kernel.left(), Math.max(0, bottom), Math.max(0, right));
  }

  private static long reach(int taps, int dilation, int stride, int positions) {
    return (positions - 1L) * stride + (taps - 1L) * dilation + 1;
  }

  private Form maxPool(String name, MaxPool op, Form operand, Shape shape) {
    Kernel2d kernel = op.kernel();
    return image(
        "MaxPool",
        name,
        shape,
        List.of(operand),
        kernelShape(kernel),
        strides(kernel),
        dilations(kernel),
        pads(kernel, operand.shape(), shape));
  }

  private Form averagePool(String name, AveragePool op, Form operand, Shape shape) {
    Kernel2d kernel = op.kernel();
    if (kernel.dilationY() != 1 || kernel.dilationX() != 1) {
      return dilatedAverage(name, kernel, operand, shape);
    }
    return image(
        "AveragePool",
        name,
        shape,
        List.of(operand),
        GraphWriter.integer("count_include_pad", 0),
        kernelShape(kernel),
        strides(kernel),
        pads(kernel, operand.shape(), shape));
  }

  /** Opset 17 has no dilated average: the sum of the cells, divided by how many there are. */
  private Form dilatedAverage(String name, Kernel2d kernel, Form operand, Shape shape) {
    int channels = shape.channels();
    float[] ones = new float[Math.multiplyExact(channels, kernel.taps())];
    Arrays.fill(ones, 1);
    Form sum =
        convolve(
            name + ".sum",
            operand,
            List.of(
                graph.floats(name + ".ones", ones, channels, 1, kernel.height(), kernel.width())),
            List.of(
                GraphWriter.integer("group", channels),
                kernelShape(kernel),
                strides(kernel),
                dilations(kernel),
                pads(kernel, operand.shape(), shape)),
            shape);
    String counts =
        graph.floats(
            name + ".cells",
            cells(kernel, operand.shape(), shape),
            1,
            1,
            shape.height(),
            shape.width());
    return new Form(graph.add("Div", name, List.of(sum.name(), counts)), shape, false);
  }

  /** Returns how many cells of the map each window meets. */
  private static float[] cells(Kernel2d kernel, Shape in, Shape out) {
    float[] cells = new float[Math.toIntExact(out.plane())];
    for (int i = 0; i < cells.length; i++) {
      int y = i / out.width() * kernel.strideY() - kernel.top();
      int x = i % out.width() * kernel.strideX() - kernel.left();
      cells[i] =
          (float) inside(y, kernel.height(), kernel.dilationY(), in.height())
              * inside(x, kernel.width(), kernel.dilationX(), in.width());
    }
    return cells;
  }

  private static int inside(long start, int taps, int dilation, int size) {
    int count = 0;
    for (int tap = 0; tap < taps; tap++) {
      long at = start + (long) tap * dilation;
      count += at >= 0 && at < size ? 1 : 0;
    }
    return count;
  }

  // ---- activations ----

  /** Returns the name of what the activation is applied to. */
  private static String linear(String name, Activation activation) {
    return activation.equals(Activation.NONE) ? name : name + ".linear";
  }

  private Form activated(String name, Activation activation, Form value) {
    return switch (activation) {
      case Activation.Clip clip when clip.equals(Activation.NONE) -> value;
      case Activation.Clip clip when clip.equals(Activation.RELU) ->
          same("Relu", name, value, List.of());
      // Both bounds always: where one is left out, infinities become the largest finite numbers.
      case Activation.Clip(float low, float high) ->
          same(
              "Clip",
              name,
              value,
              List.of(
                  graph.floats(name + ".low", new float[] {low}),
                  graph.floats(name + ".high", new float[] {high})));
      case Activation.LeakyRelu(float slope) ->
          same("LeakyRelu", name, value, List.of(), GraphWriter.number("alpha", slope));
      case Activation.Sigmoid _ -> same("Sigmoid", name, value, List.of());
      case Activation.HardSigmoid(float alpha, float beta) ->
          same(
              "HardSigmoid",
              name,
              value,
              List.of(),
              GraphWriter.number("alpha", alpha),
              GraphWriter.number("beta", beta));
      case Activation.HardSwish _ -> same("HardSwish", name, value, List.of());
      case Activation.SquareRoot _ -> same("Sqrt", name, value, List.of());
      case Activation.Logarithm _ -> same("Log", name, value, List.of());
      case Activation.ErrorFunction _ -> same("Erf", name, value, List.of());
      case Activation.Gelu _ -> gelu(name, value);
    };
  }

  /** By its formula: the operator is of a later set than the others. */
  private Form gelu(String name, Form value) {
    String root = graph.floats(name + ".root", new float[] {(float) Math.sqrt(2)});
    String one = graph.floats(name + ".one", new float[] {1});
    String half = graph.floats(name + ".half", new float[] {0.5f});
    Form scaled = same("Div", name + ".scaled", value, List.of(root));
    Form error = same("Erf", name + ".erf", scaled, List.of());
    Form share = same("Add", name + ".share", error, List.of(one));
    Form whole = same("Mul", name + ".whole", value, List.of(share.name()));
    return same("Mul", name, whole, List.of(half));
  }

  private Form same(
      String operator, String name, Form value, List<String> more, AttributeProto... attributes) {
    List<String> operands = new ArrayList<>(more);
    operands.addFirst(value.name());
    return new Form(graph.add(operator, name, operands, attributes), value.shape(), value.flat());
  }
}
