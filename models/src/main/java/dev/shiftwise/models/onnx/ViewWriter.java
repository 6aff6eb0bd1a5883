package dev.shiftwise.models.onnx;

import dev.shiftwise.models.onnx.GraphWriter.Form;
import dev.shiftwise.network.Operand;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.AddressMap;
import dev.shiftwise.view.ComposedMap;
import dev.shiftwise.view.Displacement;
import dev.shiftwise.view.NormalMap;
import dev.shiftwise.view.Read;
import dev.shiftwise.view.ViewStep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes what an operand's steps make of a value: shifts and windows in standard operators. */
final class ViewWriter {
  /** Beyond so many taps a one-hot kernel is slower than slices. */
  private static final int MOST_TAPS = 49;

  private final GraphWriter graph;
  private final OnnxExport.Shifts shifts;
  private final Map<List<Object>, Form> made = new HashMap<>();

  /** A stretch of a ring or of channels. */
  private record Piece(long from, long length) {}

  /** Channels that stand together and are read alike. */
  private record Run(int plane, int channels, Displacement by) {}

  ViewWriter(GraphWriter graph, OnnxExport.Shifts shifts) {
    this.graph = graph;
    this.shifts = shifts;
  }

  /** Returns an operand's value seen through its steps. A view that is read twice is made once. */
  Form view(Form value, Operand operand) {
    return switch (shifts) {
      case CONVOLVED -> through(value, operand.map());
      case SLICED -> {
        Form seen = value;
        for (ViewStep step : operand.steps()) {
          seen = through(seen, AddressMap.identity(seen.shape()).then(step));
        }
        yield seen;
      }
    };
  }

  private Form through(Form value, AddressMap map) {
    List<Object> key = List.of(value.name(), map);
    Form known = made.get(key);
    if (known != null) {
      return known;
    }
    Form view =
        switch (map) {
          case NormalMap normal when normal.isIdentity() -> value;
          case NormalMap normal when isDisplaced(normal) -> displaced(value, normal);
          case NormalMap normal -> gathered(value, normal);
          case ComposedMap composed -> through(through(value, composed.inner()), composed.outer());
        };
    made.put(key, view);
    return view;
  }

  private static boolean isDisplaced(NormalMap map) {
    return map.spans().stream().anyMatch(span -> span.read() instanceof Read.Zero);
  }

  // ---- RING, channel shifts and windows: pieces of the ring ----

  private Form gathered(Form value, NormalMap map) {
    long plane = map.shape().plane();
    List<Piece> pieces = new ArrayList<>();
    map.forEachPiece(
        (_, from, length) -> {
          Piece last = pieces.isEmpty() ? null : pieces.getLast();
          if (last != null && last.from() + last.length() == from) {
            pieces.set(pieces.size() - 1, new Piece(last.from(), last.length() + length));
          } else {
            pieces.add(new Piece(from, length));
          }
        });
    if (map.isWhole()) {
      Form image = graph.image(value);
      List<Piece> channels =
          pieces.stream().map(p -> new Piece(p.from() / plane, p.length() / plane)).toList();
      return new Form(joined(image, channels, map.source().channels()), map.shape(), false);
    }
    Form flat = graph.flat(value);
    String ring = joined(flat, pieces, map.source().elements());
    return new Form(ring, map.shape(), true);
  }

  /** Returns pieces of dimension 1, one behind the other. */
  private String joined(Form value, List<Piece> pieces, long size) {
    List<String> slices = new ArrayList<>();
    for (Piece piece : pieces) {
      slices.add(
          piece.length() == size
              ? value.name()
              : graph.add(
                  "Slice",
                  value.name() + ".slice",
                  List.of(
                      value.name(),
                      graph.integers(piece.from()),
                      graph.integers(piece.from() + piece.length()),
                      graph.integers(1))));
    }
    return concat(value.name() + ".view", slices);
  }

  private String concat(String wanted, List<String> parts) {
    return parts.size() == 1
        ? parts.getFirst()
        : graph.add("Concat", wanted, parts, GraphWriter.integer("axis", 1));
  }

  // ---- ZERO ----

  private Form displaced(Form value, NormalMap map) {
    List<Run> runs = runs(map);
    int top = 0;
    int left = 0;
    int bottom = 0;
    int right = 0;
    for (Run run : runs) {
      top = Math.max(top, -run.by().dy());
      left = Math.max(left, -run.by().dx());
      bottom = Math.max(bottom, run.by().dy());
      right = Math.max(right, run.by().dx());
    }
    long taps = (top + bottom + 1L) * (left + right + 1L);
    return shifts == OnnxExport.Shifts.CONVOLVED && taps <= MOST_TAPS
        ? convolved(value, map, top, left, bottom, right)
        : padded(value, map.shape(), runs, top, left, bottom, right);
  }

  private static List<Run> runs(NormalMap map) {
    List<Run> runs = new ArrayList<>();
    for (int c = 0; c < map.shape().channels(); c++) {
      int plane = map.plane(c);
      Displacement by = displacement(map.read(c));
      Run last = runs.isEmpty() ? null : runs.getLast();
      if (last != null && last.by().equals(by) && last.plane() + last.channels() == plane) {
        runs.set(runs.size() - 1, new Run(last.plane(), last.channels() + 1, by));
      } else {
        runs.add(new Run(plane, 1, by));
      }
    }
    return runs;
  }

  private static Displacement displacement(Read read) {
    return switch (read) {
      case Read.Whole _ -> Displacement.STAY;
      case Read.Zero(Displacement by) -> by;
      case Read.Ring _ -> throw new IllegalStateException("one view has one border");
    };
  }

  /** A depthwise convolution whose kernels hold a single one. */
  private Form convolved(Form value, NormalMap map, int top, int left, int bottom, int right) {
    Form ordered = through(value, wholePlanes(map));
    int channels = map.shape().channels();
    int height = top + bottom + 1;
    int width = left + right + 1;
    float[] kernels = new float[Math.multiplyExact(channels, height * width)];
    for (int c = 0; c < channels; c++) {
      Displacement by = displacement(map.read(c));
      kernels[(c * height + top + by.dy()) * width + left + by.dx()] = 1;
    }
    String weight = graph.floats(ordered.name() + ".shift", kernels, channels, 1, height, width);
    String shifted =
        graph.add(
            "Conv",
            ordered.name() + ".shifted",
            List.of(graph.image(ordered).name(), weight),
            GraphWriter.integer("group", channels),
            GraphWriter.integers("kernel_shape", height, width),
            GraphWriter.integers("pads", top, left, bottom, right));
    return new Form(shifted, map.shape(), false);
  }

  private static NormalMap wholePlanes(NormalMap map) {
    List<NormalMap.Span> spans =
        map.spans().stream()
            .map(span -> new NormalMap.Span(span.channels(), span.position(), Read.WHOLE))
            .toList();
    return new NormalMap(map.source(), map.shape(), map.ring(), spans);
  }

  /** Zeros around each plane once, and a slice for each run. */
  private Form padded(
      Form value, Shape shape, List<Run> runs, int top, int left, int bottom, int right) {
    Form image = graph.image(value);
    String pads = graph.integers(0, 0, top, left, 0, 0, bottom, right);
    String framed = graph.add("Pad", value.name() + ".framed", List.of(image.name(), pads));
    List<String> slices = new ArrayList<>();
    for (Run run : runs) {
      int y = top + run.by().dy();
      int x = left + run.by().dx();
      slices.add(
          graph.add(
              "Slice",
              value.name() + ".slice",
              List.of(
                  framed,
                  graph.integers(run.plane(), y, x),
                  graph.integers(
                      run.plane() + run.channels(), y + shape.height(), x + shape.width()),
                  graph.integers(1, 2, 3))));
    }
    return new Form(concat(value.name() + ".view", slices), shape, false);
  }
}
