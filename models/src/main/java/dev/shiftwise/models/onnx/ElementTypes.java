package dev.shiftwise.models.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which operators take feature maps that are not FLOAT, and of which type their results are. */
final class ElementTypes {
  /** These say themselves what they take and make. */
  private static final Set<String> OF_SEVERAL =
      Set.of(
          "And",
          "Or",
          "Xor",
          "Not",
          "Equal",
          "IsNaN",
          "IsInf",
          "Where",
          "Cast",
          "CastLike",
          "Shape",
          "Size");

  /** What these make is of the type of what they move. */
  private static final Set<String> MOVES =
      Set.of(
          "Identity",
          "Reshape",
          "Flatten",
          "Squeeze",
          "Unsqueeze",
          "Transpose",
          "Slice",
          "Split",
          "Concat",
          "Gather",
          "GatherND",
          "GatherElements",
          "Expand",
          "Tile",
          "DepthToSpace",
          "SpaceToDepth");

  private ElementTypes() {}

  /**
   * Maps a node.
   *
   * @throws Refusal if it cannot be, or an input is of another type than its operator takes
   */
  static List<Datum> mapped(GraphNode node, Mapper mapper, Call call, List<@Nullable Datum> inputs)
      throws Refusal {
    ElementKind other = other(inputs);
    if (other == null || OF_SEVERAL.contains(node.operator())) {
      return List.copyOf(mapper.map(call));
    }
    ElementKind taken = MOVES.contains(node.operator()) ? other : ElementKind.FLOAT;
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i) instanceof Feature feature) {
        require(i, feature.kind(), taken);
      } else if (inputs.get(i) instanceof Constant constant && node.operator().equals("Concat")) {
        require(i, constant.kind(), taken);
      }
    }
    List<Datum> made = new ArrayList<>();
    for (Datum output : mapper.map(call)) {
      made.add(output instanceof Feature feature ? feature.withKind(taken) : output);
    }
    return made;
  }

  /** The type of the first feature map that is not FLOAT, or null if all are. */
  private static @Nullable ElementKind other(List<@Nullable Datum> inputs) {
    for (Datum input : inputs) {
      if (input instanceof Feature feature && feature.kind() != ElementKind.FLOAT) {
        return feature.kind();
      }
    }
    return null;
  }

  private static void require(int input, ElementKind found, ElementKind wanted) throws Refusal {
    if (found != wanted) {
      throw new Refusal("input " + input + " is " + found + ", wanted " + wanted);
    }
  }

  /**
   * Returns the type that inputs have.
   *
   * @throws Refusal if they are not of one type
   */
  static ElementKind common(Call call, int first, int second) throws Refusal {
    ElementKind kind = of(call.any(first));
    require(second, of(call.any(second)), kind);
    return kind;
  }

  /**
   * Refuses an input of another type.
   *
   * @throws Refusal if it is of another
   */
  static void require(Call call, int input, ElementKind wanted) throws Refusal {
    require(input, of(call.any(input)), wanted);
  }

  private static ElementKind of(Datum datum) {
    return switch (datum) {
      case Constant constant -> constant.kind();
      case Feature feature -> feature.kind();
    };
  }
}
