package dev.shiftwise.models.onnx;

import dev.shiftwise.models.io.ModelFormatException;
import dev.shiftwise.models.onnx.OnnxUnsupportedException.Refused;
import dev.shiftwise.network.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Turns a graph into a network, node by node, and collects what it cannot run. */
final class Importer {
  private static final int OLDEST = 6;
  private static final int NEWEST = 21;
  private static final int LONGEST_REASON = 500;
  private static final int MOST_SHOWN = 12;

  private final String file;
  private final ReadLimits limits;
  private final Graph graph;
  private final ExternalData files;
  private final OnnxOptions options;
  private final List<GraphNode> nodes;
  private final IdentityHashMap<RawTensor, Constant> tensors = new IdentityHashMap<>();
  private final Set<String> read = new HashSet<>();

  /**
   * What comes out.
   *
   * @param network the network
   * @param inputs its inputs
   * @param outputs its outputs
   * @param recognised what became free, a line each
   */
  record Result(
      Network network,
      List<OnnxModel.Port> inputs,
      List<OnnxModel.Port> outputs,
      List<String> recognised) {}

  /** One attempt: what it made, and what it could not. */
  private final class Attempt {
    final Scope scope;
    final Map<String, Datum> values = new HashMap<>();
    final Set<String> unknown = new HashSet<>();
    final List<Refused> refused = new ArrayList<>();
    final List<OnnxModel.Port> inputs = new ArrayList<>();
    final List<OnnxModel.Port> outputs = new ArrayList<>();
    boolean ofBatch;

    Attempt(boolean batched, long batch, boolean symbolic) {
      scope = new Scope(graph.opset(), batched, batch, symbolic);
      tensors.values().forEach(known -> scope.holds(known.elements()));
    }

    void refuse(String node, String operator, Refusal refusal) {
      refused.add(new Refused(shown(node), shown(operator), plain(refusal.reason())));
      ofBatch |= refusal.isOfBatch();
    }
  }

  Importer(String file, ReadLimits limits, Graph graph, ExternalData files, OnnxOptions options)
      throws ModelFormatException {
    this.file = file;
    this.limits = limits;
    this.graph = graph;
    this.files = files;
    this.options = options;
    if (graph.opset() < OLDEST || graph.opset() > NEWEST) {
      throw limits.fault(
          "opset_import", "operator set " + graph.opset(), "one from " + OLDEST + " to " + NEWEST);
    }
    for (String constant : options.constants().keySet()) {
      if (graph.inputs().stream().noneMatch(input -> input.name().equals(constant))) {
        throw new IllegalArgumentException(
            "there is no input '"
                + constant
                + "' to be a constant, wanted one of "
                + graph.inputs().stream().map(ValueInfo::name).toList());
      }
    }
    requireOpen(options);
    this.nodes = GraphOrder.of(limits, graph);
    nodes.forEach(node -> read.addAll(node.inputs()));
    graph.outputs().forEach(output -> read.add(output.name()));
    read.remove("");
  }

  private void requireOpen(OnnxOptions given) {
    Set<String> open = new TreeSet<>();
    for (ValueInfo input : graph.inputs()) {
      for (int i = 0; i < input.dimensions().size(); i++) {
        if (input.dimensions().get(i).size() <= 0) {
          open.add(Batch.place(input, i));
          open.add(input.dimensions().get(i).symbol());
        }
      }
    }
    open.remove("");
    for (String dimension : given.sizes()) {
      if (!open.contains(dimension)) {
        throw new IllegalArgumentException(
            "size: found '"
                + dimension
                + "', wanted a dimension that is left open: "
                + shown(open));
      }
    }
  }

  private static String shown(Set<String> names) {
    return names.isEmpty()
        ? "there is none"
        : names.stream().limit(MOST_SHOWN).map(Importer::shown).toList().toString();
  }

  /**
   * Returns the network.
   *
   * @throws ModelFormatException if a tensor is broken
   * @throws OnnxUnsupportedException if something is not supported
   */
  Result run() throws IOException {
    try {
      return imported();
    } catch (UncheckedIOException e) {
      // From a tensor that was read in the middle of a node.
      throw e.getCause();
    }
  }

  private Result imported() throws IOException {
    List<ValueInfo> inputs = liveInputs();
    Batch batch = Batch.of(inputs, options);
    Attempt attempt = attempt(inputs, batch.isBatch(), batch);
    if (!attempt.refused.isEmpty() && attempt.ofBatch && !batch.isSymbolic()) {
      attempt = attempt(inputs, false, batch);
    }
    if (!attempt.refused.isEmpty()) {
      throw new OnnxUnsupportedException(file, attempt.refused);
    }
    Fusion.run(attempt.scope);
    String name = graph.name().isEmpty() ? "onnx" : graph.name();
    return new Result(
        attempt.scope.draft().build(name),
        List.copyOf(attempt.inputs),
        List.copyOf(attempt.outputs),
        List.copyOf(attempt.scope.recognised()));
  }

  /** Inputs that are no constants and that somebody reads. */
  private List<ValueInfo> liveInputs() {
    return graph.inputs().stream()
        .filter(input -> read.contains(input.name()))
        .filter(input -> !options.constants().containsKey(input.name()))
        .filter(input -> !graph.initializers().containsKey(input.name()))
        .toList();
  }

  private Attempt attempt(List<ValueInfo> inputs, boolean batched, Batch batch) {
    Attempt attempt = new Attempt(batched, batch.size(), batch.isSymbolic());
    for (ValueInfo input : inputs) {
      try {
        int[] dims = batch.dims(input, batched);
        Dims.elements(dims);
        attempt.inputs.add(port(input.name(), dims, batched));
        attempt.values.put(
            input.name(),
            Feature.of(attempt.scope.draft().input(input.name(), Dims.shape(dims)).value(), dims));
      } catch (Refusal e) {
        attempt.refuse(input.name(), "input", e);
        attempt.unknown.add(input.name());
      }
    }
    for (GraphNode node : nodes) {
      map(attempt, node);
    }
    for (ValueInfo output : graph.outputs()) {
      output(attempt, output.name());
    }
    if (attempt.refused.isEmpty() && attempt.inputs.isEmpty()) {
      attempt.refuse("graph", "input", new Refusal("it has no input, wanted at least one"));
    }
    return attempt;
  }

  private void output(Attempt attempt, String name) {
    if (attempt.unknown.contains(name)) {
      return;
    }
    try {
      if (datum(attempt, name) instanceof Feature feature) {
        if (attempt.scope.isBatched() && feature.batchAxis() != 0) {
          throw Refusal.ofBatch("the batch is dimension " + feature.batchAxis() + " of it");
        }
        if (feature.kind() == ElementKind.DOUBLE) {
          throw new Refusal("it is DOUBLE, wanted FLOAT or BOOL");
        }
        attempt.scope.draft().output(name, attempt.scope.views().natural(feature));
        attempt.outputs.add(port(name, feature.dims(), attempt.scope.isBatched()));
      } else {
        throw new Refusal("it is a constant, wanted something computed from an input");
      }
    } catch (Refusal e) {
      attempt.refuse(name, "output", e);
    }
  }

  private static OnnxModel.Port port(String name, int[] dims, boolean batched) {
    return new OnnxModel.Port(name, Arrays.stream(dims).boxed().toList(), batched);
  }

  private void map(Attempt attempt, GraphNode node) {
    try {
      List<@Nullable Datum> inputs = new ArrayList<>();
      boolean constant = true;
      boolean known = true;
      for (String input : node.inputs()) {
        if (attempt.unknown.contains(input)) {
          known = false;
          inputs.add(null);
        } else {
          Datum datum = input.isEmpty() ? null : datum(attempt, input);
          constant &= datum == null || datum instanceof Constant;
          inputs.add(datum);
        }
      }
      Mapper mapper = Operators.of(node, constant && known);
      if (mapper == null) {
        throw new Refusal("the operator is not supported");
      }
      if (known) {
        run(attempt, node, mapper, inputs);
        return;
      }
    } catch (Refusal e) {
      attempt.refuse(node.label(), node.qualifiedOperator(), e);
    } catch (IllegalArgumentException | ArithmeticException e) {
      // A record of the network found it out of range.
      String reason = e.getMessage() == null ? "a size is out of range" : e.getMessage();
      attempt.refuse(node.label(), node.qualifiedOperator(), new Refusal(reason));
    }
    attempt.unknown.addAll(node.outputs());
  }

  private void run(Attempt attempt, GraphNode node, Mapper mapper, List<@Nullable Datum> inputs)
      throws Refusal {
    Call call =
        new Call(
            attempt.scope,
            node,
            inputs,
            usedOutputs(node),
            tensor -> tensor(attempt.scope, tensor, "attribute of '" + shown(node.label()) + "'"));
    attempt.scope.enter(call.name());
    List<? extends Datum> outputs = ElementTypes.mapped(node, mapper, call, inputs);
    call.requireKnown();
    for (int i = 0; i < node.outputs().size(); i++) {
      if (!node.outputs().get(i).isEmpty() && i < outputs.size()) {
        attempt.values.put(node.outputs().get(i), outputs.get(i));
      }
    }
  }

  private int usedOutputs(GraphNode node) {
    int used = 0;
    for (int i = 0; i < node.outputs().size(); i++) {
      used = read.contains(node.outputs().get(i)) ? i + 1 : used;
    }
    return used;
  }

  private Datum datum(Attempt attempt, String name) throws Refusal {
    Datum made = attempt.values.get(name);
    if (made != null) {
      return made;
    }
    Constant given = options.constants().get(name);
    RawTensor tensor = graph.initializers().get(name);
    if (given == null && tensor == null) {
      throw new Refusal("input '" + shown(name) + "' has no value");
    }
    Datum datum =
        tensor == null || given != null
            ? Objects.requireNonNull(given)
            : tensor(attempt.scope, tensor, "initializer '" + shown(name) + "'");
    attempt.values.put(name, datum);
    return datum;
  }

  private Constant tensor(Scope scope, RawTensor tensor, String what) throws Refusal {
    Constant known = tensors.get(tensor);
    if (known == null) {
      try {
        known = tensor.constant(what, limits, files);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      tensors.put(tensor, known);
      scope.holds(known.elements());
    }
    return known;
  }

  /** A reason may repeat text of the file. */
  private static String plain(String reason) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < Math.min(reason.length(), LONGEST_REASON); i++) {
      char c = reason.charAt(i);
      boolean breaks =
          Character.isISOControl(c)
              || Character.getType(c) == Character.LINE_SEPARATOR
              || Character.getType(c) == Character.PARAGRAPH_SEPARATOR;
      plain.append(breaks ? String.format("\\u%04x", (int) c) : String.valueOf(c));
    }
    return plain.toString();
  }

  private static String shown(String name) {
    String quoted = ModelFormatException.quote(name);
    return quoted.substring(1, quoted.length() - 1);
  }
}
