package dev.shiftwise.models.onnx;

import dev.shiftwise.models.io.ModelFormatException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads an ONNX file's graph; field numbers are those of onnx.proto. */
final class GraphReader {
  private static final int MOST_NODES = 100_000;

  private final ReadLimits limits;
  private final List<GraphNode> nodes = new ArrayList<>();
  private final Map<String, RawTensor> initializers = new LinkedHashMap<>();
  private final List<ValueInfo> inputs = new ArrayList<>();
  private final List<ValueInfo> outputs = new ArrayList<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, Integer> opsets = new LinkedHashMap<>();
  private String name = "";
  private boolean hasGraph;

  private GraphReader(ReadLimits limits) {
    this.limits = limits;
  }

  /**
   * Reads a file.
   *
   * @param content the whole file; the graph's tensors are views of it
   * @throws ModelFormatException if it is no ONNX model, or cut off, or too large
   */
  static Graph read(ReadLimits limits, MemorySegment content) throws ModelFormatException {
    GraphReader reader = new GraphReader(limits);
    reader.model(new WireReader(limits, content));
    if (!reader.hasGraph) {
      throw limits.fault("file", "no graph", "an ONNX model (is this one?)");
    }
    Integer opset = reader.opsets.get("");
    if (opset == null) {
      throw limits.fault(
          "opset_import",
          "operator sets " + reader.opsets.keySet().stream().map(GraphReader::quote).toList(),
          "ONNX's own among them");
    }
    return new Graph(
        reader.name,
        opset,
        reader.nodes,
        reader.initializers,
        reader.inputs,
        reader.outputs,
        reader.metadata);
  }

  private void model(WireReader in) throws ModelFormatException {
    while (in.next()) {
      switch (in.field()) {
        case 7 -> {
          if (hasGraph) {
            throw limits.fault("model", "a second graph", "one");
          }
          hasGraph = true;
          graph(in.inner());
        }
        case 8 -> opset(in.inner());
        case 14 -> entry(in.inner(), metadata);
        default -> in.skip();
      }
    }
  }

  private void opset(WireReader in) throws ModelFormatException {
    String domain = "";
    long version = 0;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> domain = in.text();
        case 2 -> version = in.integer();
        default -> in.skip();
      }
    }
    int known = Math.clamp(version, 0, Integer.MAX_VALUE);
    String key = domain.equals("ai.onnx") ? "" : domain;
    if (opsets.putIfAbsent(key, known) != null && opsets.get(key) != known) {
      throw limits.fault("opset_import", "two versions of " + quote(key), "one");
    }
  }

  private void graph(WireReader in) throws ModelFormatException {
    while (in.next()) {
      switch (in.field()) {
        case 1 -> {
          if (nodes.size() == MOST_NODES) {
            throw limits.fault("graph", "more than " + MOST_NODES + " nodes", "fewer");
          }
          nodes.add(node(in.inner()));
        }
        case 2 -> name = in.text();
        case 5 -> {
          RawTensor tensor = tensor(in.inner());
          if (initializers.put(tensor.name(), tensor) != null) {
            throw limits.fault("initializer", quote(tensor.name()) + " twice", "one of a name");
          }
        }
        case 11 -> inputs.add(valueInfo(in.inner()));
        case 12 -> outputs.add(valueInfo(in.inner()));
        default -> in.skip();
      }
    }
  }

  private GraphNode node(WireReader in) throws ModelFormatException {
    List<String> reads = new ArrayList<>();
    List<String> makes = new ArrayList<>();
    Map<String, Attribute> attributes = new HashMap<>();
    String label = "";
    String operator = "";
    String domain = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> reads.add(in.text());
        case 2 -> makes.add(in.text());
        case 3 -> label = in.text();
        case 4 -> operator = in.text();
        case 5 -> attribute(in.inner(), attributes);
        case 7 -> domain = in.text();
        default -> in.skip();
      }
    }
    return new GraphNode(nodes.size(), label, operator, domain, reads, makes, attributes);
  }

  private void attribute(WireReader in, Map<String, Attribute> attributes)
      throws ModelFormatException {
    String key = "";
    int type = 0;
    Attribute found = null;
    List<Long> integers = new ArrayList<>();
    List<Float> reals = new ArrayList<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> key = in.text();
        case 2 -> found = new Attribute.Real(in.real());
        case 3 -> found = new Attribute.Int(in.integer());
        case 4 -> found = new Attribute.Text(text(in.bytes()));
        case 5 -> found = new Attribute.TensorValue(tensor(in.inner()));
        case 7 -> reals(in.encoded(Float.BYTES), reals);
        case 8 -> in.integers(integers::add);
        case 20 -> type = in.smallInteger();
        case 6, 9, 10, 11, 14, 15, 22, 23 -> {
          in.skip();
          found = new Attribute.Other("graphs, strings or types");
        }
        default -> in.skip();
      }
    }
    Attribute value =
        switch (type) {
          case 6 -> new Attribute.Reals(reals);
          case 7 -> new Attribute.Ints(integers);
          // Zeros may be left out of a file.
          case 1 -> found instanceof Attribute.Real ? found : new Attribute.Real(0);
          case 2 -> found instanceof Attribute.Int ? found : new Attribute.Int(0);
          case 3 -> found instanceof Attribute.Text ? found : new Attribute.Text("");
          default -> found != null ? found : untyped(integers, reals);
        };
    if (attributes.put(key, value) != null) {
      throw limits.fault("node #" + nodes.size(), "attribute " + quote(key) + " twice", "once");
    }
  }

  private static Attribute untyped(List<Long> integers, List<Float> reals) {
    if (!integers.isEmpty()) {
      return new Attribute.Ints(integers);
    }
    return reals.isEmpty() ? new Attribute.Other(null) : new Attribute.Reals(reals);
  }

  private void reals(MemorySegment encoded, List<Float> to) throws ModelFormatException {
    for (long at = 0; at + Float.BYTES <= encoded.byteSize(); at += Float.BYTES) {
      limits.countItem();
      to.add(encoded.get(dev.shiftwise.tensor.Tensor.ELEMENT, at));
    }
  }

  private String text(MemorySegment bytes) throws ModelFormatException {
    limits.countText(bytes.byteSize());
    return new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
  }

  private static RawTensor tensor(WireReader in) throws ModelFormatException {
    List<Long> dimensions = new ArrayList<>();
    List<MemorySegment> typed = new ArrayList<>();
    Map<String, String> external = new HashMap<>();
    @Nullable MemorySegment raw = null;
    String label = "";
    int type = 0;
    long location = 0;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> in.integers(dimensions::add);
        case 2 -> type = in.smallInteger();
        case 4 -> typed.add(in.encoded(Float.BYTES));
        case 5, 7, 11 -> typed.add(in.encoded(0));
        case 8 -> label = in.text();
        case 9 -> raw = in.bytes();
        case 10 -> typed.add(in.encoded(Double.BYTES));
        case 13 -> entry(in.inner(), external);
        case 14 -> location = in.integer();
        default -> in.skip();
      }
    }
    return new RawTensor(
        label, type, dimensions, raw, typed, location == 1 ? Map.copyOf(external) : null);
  }

  private static void entry(WireReader in, Map<String, String> to) throws ModelFormatException {
    String key = "";
    String value = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> key = in.text();
        case 2 -> value = in.text();
        default -> in.skip();
      }
    }
    to.put(key, value);
  }

  private static ValueInfo valueInfo(WireReader in) throws ModelFormatException {
    String label = "";
    ValueInfo type = new ValueInfo("", 0, false, List.of());
    while (in.next()) {
      switch (in.field()) {
        case 1 -> label = in.text();
        case 2 -> {
          WireReader choice = in.inner();
          while (choice.next()) {
            if (choice.field() == 1) {
              type = tensorType(choice.inner());
            } else {
              choice.skip();
            }
          }
        }
        default -> in.skip();
      }
    }
    return new ValueInfo(label, type.type(), type.hasShape(), type.dimensions());
  }

  private static ValueInfo tensorType(WireReader in) throws ModelFormatException {
    int type = 0;
    boolean hasShape = false;
    List<ValueInfo.Dimension> dimensions = new ArrayList<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> type = in.smallInteger();
        case 2 -> {
          hasShape = true;
          WireReader shape = in.inner();
          while (shape.next()) {
            if (shape.field() == 1) {
              dimensions.add(dimension(shape.inner()));
            } else {
              shape.skip();
            }
          }
        }
        default -> in.skip();
      }
    }
    return new ValueInfo("", type, hasShape, dimensions);
  }

  private static ValueInfo.Dimension dimension(WireReader in) throws ModelFormatException {
    long size = -1;
    boolean sized = false;
    String symbol = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> {
          size = in.integer();
          sized = true;
        }
        case 2 -> symbol = in.text();
        default -> in.skip();
      }
    }
    // Some exporters write 0 or -1 where they mean "any".
    return new ValueInfo.Dimension(sized && size > 0 ? size : -1, symbol);
  }

  private static String quote(String text) {
    return ModelFormatException.quote(text);
  }
}
