package dev.shiftwise.models.onnx;

import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Rearrange;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.ViewStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides how an operator reads a feature map whose elements were moved: as the value itself, as a
 * view of it, or through one node that moves them. Only what the elements' places are counts, not
 * how the graph spells it.
 */
final class Views {
  /** The most elements of one value whose moves are followed; beyond it they are carried out. */
  static final int MOST_FOLLOWED_EACH = 1 << 22;

  /** The most moves of one value that are compared with another. */
  private static final int MOST_SHARED = 64;

  private final Scope scope;
  private final Map<Value, List<Seen>> moved = new HashMap<>();

  /** A value read through a move; whoever reads it alike shares what that takes. */
  private static final class Seen {
    final Shape shape;
    final int[] map;
    final int fill;
    final Operand operand;

    Seen(Shape shape, int[] map, int fill, Operand operand) {
      this.shape = shape;
      this.map = map;
      this.fill = fill;
      this.operand = operand;
    }
  }

  Views(Scope scope) {
    this.scope = scope;
  }

  /**
   * Returns the feature map as an operand of a shape.
   *
   * @param shape as many elements
   * @throws Refusal if it has another number of elements
   */
  Operand operand(Feature feature, Shape shape) throws Refusal {
    Operand seen = feature.seen().get(shape);
    if (seen == null) {
      seen = decide(feature, shape);
      feature.seen().put(shape, seen);
    }
    return seen;
  }

  /** Returns the feature map as an operand of its natural shape. */
  Operand natural(Feature feature) throws Refusal {
    return operand(feature, Dims.shape(feature.dims()));
  }

  /** Returns the feature map as an operand of whatever shape costs least: only the order counts. */
  Operand any(Feature feature) throws Refusal {
    return feature.map() == null ? Operand.of(feature.base()) : operand(feature, likeBase(feature));
  }

  /** The planes of the value that is read, if they fit: most moves take whole ones. */
  static Shape likeBase(Feature feature) {
    Shape base = feature.base().shape();
    Shape natural = Dims.shape(feature.dims());
    return natural.plane() != base.plane() && feature.elements() % base.plane() == 0
        ? base.withChannels((int) (feature.elements() / base.plane()))
        : natural;
  }

  private Operand decide(Feature feature, Shape shape) throws Refusal {
    if (shape.elements() != feature.elements()) {
      throw new Refusal(
          "a value of dimensions " + Dims.text(feature.dims()) + " cannot be read as " + shape);
    }
    Value base = feature.base();
    int[] map = feature.map();
    if (map == null) {
      return base.shape().equals(shape)
          ? Operand.of(base)
          : Operand.of(
              scope.draft().add(base.name() + ".reshape", reshape(shape), Operand.of(base)));
    }
    int fill = Float.floatToRawIntBits(feature.fill());
    List<Seen> before = moved.computeIfAbsent(base, _ -> new ArrayList<>());
    for (Seen seen : before) {
      if (seen.shape.equals(shape) && seen.fill == fill && Arrays.equals(seen.map, map)) {
        return seen.operand;
      }
    }
    Operand operand = moved(feature, shape, map);
    if (before.size() < MOST_SHARED) {
      before.add(new Seen(shape, map, fill, operand));
    }
    return operand;
  }

  private Operand moved(Feature feature, Shape shape, int[] map) throws Refusal {
    Value base = feature.base();
    boolean zeros = Float.floatToRawIntBits(feature.fill()) == 0;
    List<ViewStep> steps = Recognition.steps(base.shape(), shape, map, zeros);
    if (steps != null) {
      note(feature, Recognition.describe(steps));
      return new Operand(base, steps);
    }
    int groups = Recognition.shuffleGroups(base.shape(), shape, map);
    if (groups > 0) {
      note(feature, "channel shuffle of " + groups + " groups, one operator");
      return Operand.of(
          scope
              .draft()
              .add(base.name() + ".shuffle", new ChannelShuffle(groups), Operand.of(base)));
    }
    return Operand.of(
        scope
            .draft()
            .add(
                base.name() + ".move",
                rearrange(shape, tables(feature, shape, map), feature.fill()),
                Operand.of(base)));
  }

  /** Notes what was recognised in a feature map. */
  void note(Feature feature, String what) {
    String spelling = feature.spelling().isEmpty() ? "" : " (" + spelled(feature) + ")";
    scope.recognised().add(feature.base().name() + ": " + what + spelling);
  }

  private static String spelled(Feature feature) {
    List<String> operators = new ArrayList<>();
    for (String operator : feature.spelling()) {
      if (operators.isEmpty() || !operators.getLast().equals(operator)) {
        operators.add(operator);
      }
    }
    return String.join(", ", operators);
  }

  /** The fewest entries: by the result's dimensions, by the graph's, else one table for all. */
  private static List<int[]> tables(Feature feature, Shape shape, int[] map) {
    int[][] choices = {
      {shape.channels(), shape.height(), shape.width()},
      feature.dims(),
      {shape.channels() * shape.height(), shape.width()},
      {shape.channels(), shape.height() * shape.width()}
    };
    for (int[] sizes : choices) {
      List<int[]> tables = Recognition.separated(map, sizes);
      if (tables != null) {
        return tables;
      }
    }
    return List.of(map);
  }

  private Rearrange reshape(Shape shape) throws Refusal {
    return rearrange(shape, Move.whole(shape.channels(), shape.height(), shape.width()), 0);
  }

  /**
   * Returns the operator that carries out a move.
   *
   * @throws Refusal if the network's tables have too many entries by now
   */
  Rearrange rearrange(Shape shape, List<int[]> tables, float fill) throws Refusal {
    scope.index(tables.stream().mapToLong(table -> table.length).sum());
    List<Rearrange.Axis> axes = new ArrayList<>();
    for (int[] table : tables) {
      if (table.length > 1 || table[0] != 0) {
        axes.add(Rearrange.Axis.of(table));
      }
    }
    return new Rearrange(shape, axes.isEmpty() ? List.of(Rearrange.Axis.of(0)) : axes, fill);
  }

  @Override
  public String toString() {
    return Arrays.toString(scope.recognised().toArray());
  }
}
