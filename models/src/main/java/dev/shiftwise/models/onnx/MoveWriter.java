package dev.shiftwise.models.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.shiftwise.models.onnx.GraphWriter.Form;
import dev.shiftwise.network.Coordinates;
import dev.shiftwise.network.Rearrange;
import dev.shiftwise.network.Resize;
import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Writes the operators that put elements elsewhere: shuffle, rearrange, resize. */
final class MoveWriter {
  private static final int OUTSIDE = Rearrange.Axis.OUTSIDE;
  private static final int OPSET_OF_RESIZE_ALONG_AXES = 18;

  private final GraphWriter graph;

  MoveWriter(GraphWriter graph) {
    this.graph = graph;
  }

  /** Writes a channel shuffle as everybody does. */
  Form shuffle(String name, int groups, Form operand) {
    Shape shape = operand.shape();
    int each = shape.channels() / groups;
    String dealt =
        graph.reshape(
            name + ".groups",
            graph.image(operand).name(),
            0,
            groups,
            each,
            shape.height(),
            shape.width());
    String turned =
        graph.add(
            "Transpose",
            name + ".turned",
            List.of(dealt),
            GraphWriter.integers("perm", 0, 2, 1, 3, 4));
    return shaped(name, turned, shape);
  }

  private Form shaped(String name, String value, Shape shape) {
    String made = graph.reshape(name, value, 0, shape.channels(), shape.height(), shape.width());
    return new Form(made, shape, false);
  }

  // ---- rearrange ----

  /** One axis over a dimension of its own: {@code index * pitch} is its offset. */
  private record Digit(int axis, int pitch, Rearrange.Axis table) {

    /** Returns the digit of an axis; pitch 0 if it stays at the start of the ring. */
    static Digit of(int axis, Rearrange.Axis table) {
      int pitch = 0;
      for (int i = 0; i < table.size(); i++) {
        pitch = table.offset(i) == OUTSIDE ? pitch : gcd(pitch, table.offset(i));
      }
      return new Digit(axis, pitch, table);
    }

    private static int gcd(int a, int b) {
      return b == 0 ? a : gcd(b, a % b);
    }

    /** Returns the places in the dimension, or {@link #OUTSIDE}. */
    int[] indices() {
      int[] indices = table.offsets();
      for (int i = 0; i < indices.length && pitch > 0; i++) {
        indices[i] = indices[i] == OUTSIDE ? OUTSIDE : indices[i] / pitch;
      }
      return indices;
    }
  }

  /**
   * Writes a separable gather. Where the axes are dimensions of the ring it is reshaped into them;
   * each is sliced, gathered or padded on its own, and they are put in order. Elsewhere one gather
   * of the ring does it.
   */
  Form rearrange(String name, Rearrange op, Form operand) {
    Rearrange plain = withoutSingles(op);
    List<Digit> digits = new ArrayList<>();
    for (int i = 0; i < plain.axes().size(); i++) {
      digits.add(Digit.of(i, plain.axes().get(i)));
    }
    digits.sort(Comparator.comparingInt(Digit::pitch).reversed());
    return dimensions(digits, operand.shape().elements())
        .map(sizes -> byDimensions(name, plain, digits, sizes, operand))
        .orElseGet(() -> byElements(name, plain, operand));
  }

  /** Axes of one entry at the start of the ring say nothing. */
  private static Rearrange withoutSingles(Rearrange op) {
    List<Rearrange.Axis> axes =
        op.axes().stream().filter(axis -> axis.size() > 1 || axis.offset(0) != 0).toList();
    return axes.isEmpty() ? op : new Rearrange(op.result(), axes, op.fill());
  }

  /**
   * Returns the sizes of the dimensions that the digits count through, with one more for what lies
   * between two steps of the last; empty if the ring is not made of such dimensions.
   */
  private static Optional<long[]> dimensions(List<Digit> digits, long elements) {
    long[] sizes = new long[digits.size() + 1];
    long around = elements;
    for (int i = 0; i < digits.size(); i++) {
      Digit digit = digits.get(i);
      // A pitch of 0 is an axis that repeats: a dimension of one element.
      long pitch = digit.pitch() == 0 ? around : digit.pitch();
      long size = around / pitch;
      if (around % pitch != 0
          || Arrays.stream(digit.indices()).anyMatch(index -> index >= size)
          || Arrays.stream(digit.indices()).allMatch(index -> index == OUTSIDE)) {
        return Optional.empty();
      }
      sizes[i] = size;
      around = pitch;
    }
    sizes[digits.size()] = around;
    return Optional.of(sizes);
  }

  private Form byDimensions(
      String name, Rearrange op, List<Digit> digits, long[] sizes, Form operand) {
    int rank = sizes.length + 1;
    long[] shape = new long[rank];
    System.arraycopy(sizes, 0, shape, 1, sizes.length);
    Cells cells = new Cells(name, operand, shape, op.fill());
    cells.pick(rank - 1, new int[] {0});
    long[] before = new long[rank];
    long[] after = new long[rank];
    long[] order = new long[rank];
    order[rank - 1] = rank - 1L;
    for (int i = 0; i < digits.size(); i++) {
      int[] indices = digits.get(i).indices();
      int first = 0;
      int end = indices.length;
      while (indices[first] == OUTSIDE) {
        first++;
      }
      while (indices[end - 1] == OUTSIDE) {
        end--;
      }
      before[i + 1] = first;
      after[i + 1] = (long) indices.length - end;
      order[digits.get(i).axis() + 1] = i + 1L;
      cells.pick(i + 1, Arrays.copyOfRange(indices, first, end));
    }
    cells.pad(before, after);
    cells.transpose(order);
    return shaped(name, cells.value(), op.result());
  }

  private Form byElements(String name, Rearrange op, Form operand) {
    Cells cells = new Cells(name, operand, new long[] {0, operand.shape().elements()}, op.fill());
    cells.pick(1, op.withAxes(1).axes().getFirst().offsets());
    return shaped(name, cells.value(), op.result());
  }

  /** A value under one operator after the other; what changes nothing is left out. */
  private final class Cells {
    private final String name;
    private final Form operand;
    private final long[] dimensions;
    private final long[] shape;
    private final float fill;
    private @Nullable String made;

    Cells(String name, Form operand, long[] shape, float fill) {
      this.name = name;
      this.operand = operand;
      this.dimensions = shape.clone();
      this.shape = shape;
      this.fill = fill;
    }

    /** Returns the value, or the whole operand where nothing has changed. */
    String value() {
      return made == null ? operand.name() : made;
    }

    private String current() {
      if (made == null) {
        made =
            shape.length == 2
                ? graph.flat(operand).name()
                : graph.reshape(name + ".cells", operand.name(), dimensions);
      }
      return made;
    }

    private void then(String operator, List<String> more, AttributeProto... attributes) {
      List<String> operands = new ArrayList<>(more);
      operands.addFirst(current());
      made =
          graph.add(operator, name + "." + operator.toLowerCase(Locale.ROOT), operands, attributes);
    }

    /** Takes elements of one dimension. */
    void pick(int dimension, int[] indices) {
      long size = shape[dimension];
      int step = indices.length == 1 ? 1 : indices[1] - indices[0];
      boolean stepped = step != 0 && indices[0] != OUTSIDE;
      boolean inside = true;
      for (int i = 0; i < indices.length; i++) {
        inside &= indices[i] != OUTSIDE;
        stepped &= i == 0 || indices[i] - indices[i - 1] == step;
      }
      shape[dimension] = indices.length;
      if (inside && stepped) {
        if (step != 1 || indices.length != size) {
          slice(dimension, indices[0], step, indices.length);
        }
        return;
      }
      if (!inside) {
        long[] one = new long[shape.length];
        one[dimension] = 1;
        pad(new long[shape.length], one);
      }
      long[] chosen =
          Arrays.stream(indices).mapToLong(index -> index == OUTSIDE ? size : index).toArray();
      then("Gather", List.of(graph.integers(chosen)), GraphWriter.integer("axis", dimension));
    }

    private void slice(int dimension, long start, long step, long count) {
      long end = start + step * count;
      then(
          "Slice",
          List.of(
              graph.integers(start),
              // Below 0 it would count from the back.
              graph.integers(end < 0 ? Integer.MIN_VALUE : end),
              graph.integers(dimension),
              graph.integers(step)));
    }

    void pad(long[] before, long[] after) {
      if (LongStream.concat(Arrays.stream(before), Arrays.stream(after)).anyMatch(n -> n != 0)) {
        long[] pads = LongStream.concat(Arrays.stream(before), Arrays.stream(after)).toArray();
        then(
            "Pad", List.of(graph.integers(pads), graph.floats(name + ".fill", new float[] {fill})));
      }
    }

    void transpose(long[] order) {
      if (!Arrays.equals(order, LongStream.range(0, order.length).toArray())) {
        then("Transpose", List.of(), GraphWriter.integers("perm", order));
      }
    }
  }

  // ---- resize ----

  /**
   * Writes a bilinear resize: as one operator where its tables are those of a way in which ONNX
   * places the pixels, else as the sums that define it, first of rows and then of columns.
   */
  Form resize(String name, Resize op, Form operand) {
    Shape from = operand.shape();
    Shape to = new Shape(from.channels(), op.rows().size(), op.columns().size());
    for (Coordinates coordinates : Coordinates.values()) {
      if (Resize.bilinear(from, to.height(), to.width(), coordinates).equals(op)) {
        graph.requireOpset(OPSET_OF_RESIZE_ALONG_AXES);
        String made =
            graph.add(
                "Resize",
                name,
                List.of(
                    graph.image(operand).name(), "", "", graph.integers(to.height(), to.width())),
                GraphWriter.text("mode", "linear"),
                GraphWriter.text(
                    "coordinate_transformation_mode", coordinates.name().toLowerCase(Locale.ROOT)),
                GraphWriter.integers("axes", 2, 3));
        return new Form(made, to, false);
      }
    }
    String rows = between(name + ".rows", graph.image(operand).name(), 2, op.rows());
    return new Form(between(name, rows, 3, op.columns()), to, false);
  }

  /** Adds {@code (1 - f) * first + f * second} along a dimension. */
  private String between(String name, String value, int dimension, Resize.Axis axis) {
    int size = axis.size();
    long[] first = new long[size];
    long[] second = new long[size];
    float[] far = new float[size];
    float[] near = new float[size];
    for (int i = 0; i < size; i++) {
      first[i] = axis.first(i);
      second[i] = axis.second(i);
      far[i] = axis.fraction(i);
      near[i] = 1 - far[i];
    }
    return graph.add(
        "Add",
        name,
        List.of(
            share(name + ".first", value, dimension, first, near),
            share(name + ".second", value, dimension, second, far)));
  }

  private String share(
      String name, String value, int dimension, long[] indices, float[] fractions) {
    String picked =
        graph.add(
            "Gather",
            name,
            List.of(value, graph.integers(indices)),
            GraphWriter.integer("axis", dimension));
    long[] sizes = dimension == 2 ? new long[] {indices.length, 1} : new long[] {indices.length};
    return graph.add(
        "Mul",
        name + ".share",
        List.of(picked, graph.floats(name + ".fraction", fractions, sizes)));
  }
}
