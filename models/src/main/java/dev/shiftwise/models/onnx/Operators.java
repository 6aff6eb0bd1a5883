package dev.shiftwise.models.onnx;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The operators of ONNX that are read here. */
final class Operators {
  private static final Map<String, Mapper> MAPPERS = mappers();

  /** Those that are computed when all their operands are constants. */
  private static final Set<String> FOLDED =
      Set.of(
          "Add",
          "Sub",
          "Mul",
          "Div",
          "Sum",
          "Min",
          "Max",
          "Neg",
          "Reciprocal",
          "Abs",
          "Exp",
          "Pow",
          "Sqrt",
          "Log",
          "Not",
          "Equal",
          "Less",
          "LessOrEqual",
          "Greater",
          "GreaterOrEqual",
          "And",
          "Or",
          "Xor",
          "Sign");

  /** Those that have other mappers when all their operands are constants. */
  private static final Map<String, Mapper> OF_CONSTANTS =
      Map.of(
          "ReduceSum", ConstantReductions::sum,
          "ReduceMean", ConstantReductions::mean,
          "BatchNormalization", BatchNorms::ofConstant);

  private Operators() {}

  /**
   * Returns what maps a node's operator, or null if it is not supported.
   *
   * @param constant whether all its operands are constants
   */
  static @Nullable Mapper of(GraphNode node, boolean constant) {
    if (!node.isStandard()) {
      return null;
    }
    if (constant && FOLDED.contains(node.operator())) {
      return Folding::fold;
    }
    Mapper ofConstants = constant ? OF_CONSTANTS.get(node.operator()) : null;
    return ofConstants == null ? MAPPERS.get(node.operator()) : ofConstants;
  }

  private static Map<String, Mapper> mappers() {
    Map<String, Mapper> map = new HashMap<>();
    map.put("Conv", Convolutions::convolution);
    map.put("ConvTranspose", TransposedConvolutions::map);
    map.put("BatchNormalization", BatchNorms::ofFeature);
    map.put("Gemm", Matrices::gemm);
    map.put("MatMul", Matrices::matMul);

    map.put("AveragePool", Poolings::averagePool);
    map.put("MaxPool", Poolings::maxPool);
    map.put("GlobalAveragePool", Poolings::globalAveragePool);
    map.put("GlobalMaxPool", Poolings::globalMaxPool);
    map.put("ReduceMean", Poolings::mean);
    map.put("ReduceSum", Poolings::sum);
    map.put("ReduceMax", Poolings::maximum);
    map.put("ReduceMin", Poolings::minimum);
    map.put("ReduceL1", Poolings::sumOfAbsolutes);
    map.put("ReduceL2", Poolings::euclidean);
    map.put("ReduceSumSquare", Poolings::sumOfSquares);
    map.put("Softmax", Poolings::softmax);

    map.put("Relu", Activations::relu);
    map.put("LeakyRelu", Activations::leakyRelu);
    map.put("PRelu", Activations::prelu);
    map.put("Clip", Activations::clip);
    map.put("Sigmoid", Activations::sigmoid);
    map.put("HardSigmoid", Activations::hardSigmoid);
    map.put("HardSwish", Activations::hardSwish);
    map.put("Max", Extremes::maximum);
    map.put("Min", Extremes::minimum);

    map.put("Add", Arithmetics::add);
    map.put("Sub", Arithmetics::subtract);
    map.put("Mul", Arithmetics::multiply);
    map.put("Div", Arithmetics::divide);
    map.put("Sum", Arithmetics::sum);
    map.put("Mean", Arithmetics::mean);
    map.put("Neg", Arithmetics::negate);
    map.put("Reciprocal", Arithmetics::reciprocal);

    map.put("Abs", Functions::absolute);
    map.put("Pow", Functions::power);
    map.put("Exp", Functions::exponential);
    map.put("Tanh", Functions::tanh);
    map.put("Elu", Functions::elu);
    map.put("Selu", Functions::selu);
    map.put("Celu", Functions::celu);
    map.put("Mish", Functions::mish);
    map.put("Sqrt", Functions::squareRoot);
    map.put("Log", Functions::logarithm);
    map.put("Erf", Functions::errorFunction);
    map.put("Gelu", Functions::gelu);
    map.put("Softplus", Functions::softplus);

    map.put("Less", Comparisons::less);
    map.put("LessOrEqual", Comparisons::lessOrEqual);
    map.put("Greater", Comparisons::greater);
    map.put("GreaterOrEqual", Comparisons::greaterOrEqual);
    map.put("Equal", Comparisons::equal);
    map.put("Not", Comparisons::not);
    map.put("And", Comparisons::and);
    map.put("Or", Comparisons::or);
    map.put("Xor", Comparisons::xor);
    map.put("Where", Comparisons::where);
    map.put("Sign", Comparisons::sign);
    map.put("IsNaN", Comparisons::isNaN);
    map.put("IsInf", Comparisons::isInfinite);

    map.put("LayerNormalization", Normalizations::layer);
    map.put("InstanceNormalization", Normalizations::instance);
    map.put("GroupNormalization", Normalizations::group);
    map.put("LogSoftmax", Normalizations::logSoftmax);

    map.put("Identity", Reshapes::identity);
    map.put("Dropout", Reshapes::dropout);
    map.put("Reshape", Reshapes::reshape);
    map.put("Flatten", Reshapes::flatten);
    map.put("Squeeze", Reshapes::squeeze);
    map.put("Unsqueeze", Reshapes::unsqueeze);
    map.put("Shape", Reshapes::shape);
    map.put("Size", Reshapes::size);

    map.put("Transpose", Moves::transpose);
    map.put("Slice", Moves::slice);
    map.put("Split", Moves::split);
    map.put("Concat", Joins::concat);
    map.put("Gather", Moves::gather);
    map.put("GatherND", Scatters::gatherNd);
    map.put("GatherElements", Scatters::gatherElements);
    map.put("ScatterND", Scatters::scatterNd);
    map.put("ScatterElements", Scatters::scatterElements);
    map.put("Scatter", Scatters::scatterElements);
    map.put("Expand", Moves::expand);
    map.put("Tile", Moves::tile);
    map.put("DepthToSpace", Moves::depthToSpace);
    map.put("SpaceToDepth", Moves::spaceToDepth);
    map.put("Pad", Pads::pad);
    map.put("Resize", Resizes::resize);
    map.put("Upsample", Resizes::upsample);

    map.put("Constant", Constants::constant);
    map.put("ConstantOfShape", Constants::constantOfShape);
    map.put("Range", Constants::range);
    map.put("Cast", Folding::cast);
    map.put("CastLike", Folding::castLike);
    map.put("ReduceProd", ConstantReductions::product);
    for (String operator : new String[] {"Mod", "Floor", "Ceil", "Round"}) {
      map.put(operator, Folding::fold);
    }
    return Map.copyOf(map);
  }
}
