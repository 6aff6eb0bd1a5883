package dev.shiftwise.models.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which operators take feature maps that are BOOL, and of which type their results are. */
final class ElementTypes {
  /** These say themselves what they take and make. */
  private static final Set<String> OF_BOTH =
      Set.of("And", "Or", "Xor", "Not", "Equal", "Where", "Cast", "CastLike", "Shape", "Size");

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
    boolean isLogical = false;
    for (Datum input : inputs) {
      isLogical |= input instanceof Feature feature && feature.kind() == ElementKind.BOOL;
    }
    if (!isLogical || OF_BOTH.contains(node.operator())) {
      return List.copyOf(mapper.map(call));
    }
    boolean moves = MOVES.contains(node.operator());
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i) instanceof Feature feature) {
        require(i, feature.kind(), moves ? ElementKind.BOOL : ElementKind.FLOAT);
      } else if (inputs.get(i) instanceof Constant constant && node.operator().equals("Concat")) {
        require(i, constant.kind(), ElementKind.BOOL);
      }
    }
    List<Datum> made = new ArrayList<>();
    for (Datum output : mapper.map(call)) {
      made.add(output instanceof Feature feature ? feature.withKind(ElementKind.BOOL) : output);
    }
    return made;
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
