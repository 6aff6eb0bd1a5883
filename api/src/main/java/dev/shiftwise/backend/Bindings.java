package dev.shiftwise.backend;

import dev.shiftwise.network.Network;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.FeatureMap;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The feature maps that a run reads and writes, by name. Made by {@link Session#bind}, filled by
 * the caller, used for as many runs as wanted: binding once and running often allocates nothing.
 *
 * <p>Inputs may be any view; outputs are windows. All have one batch. Not safe for several threads.
 */
public final class Bindings {
  private final Network network;
  private final MemoryPlan plan;
  private final int maxBatch;
  private final List<String> outputNames;
  private final @Nullable FeatureMap[] inputs;
  private final @Nullable FeatureMap[] outputs;
  private boolean checked;

  Bindings(Network network, MemoryPlan plan, int maxBatch) {
    this.network = network;
    this.plan = plan;
    this.maxBatch = maxBatch;
    this.outputNames = List.copyOf(network.outputs().keySet());
    this.inputs = new FeatureMap[network.inputs().size()];
    this.outputs = new FeatureMap[outputNames.size()];
  }

  /**
   * Binds an input.
   *
   * @param name the input's name
   * @param map its images, any view
   * @throws IllegalArgumentException if there is no such input, the shape is another or the batch
   *     is larger than compiled for
   */
  public Bindings input(String name, FeatureMap map) {
    int index = network.inputs().indexOf(network.input(name));
    requireFits("input '" + name + "'", map, network.inputs().get(index).shape());
    inputs[index] = map;
    checked = false;
    return this;
  }

  /**
   * Binds an output.
   *
   * @param name the output's name
   * @param map where its images go, a window
   * @throws IllegalArgumentException if there is no such output, the shape is another, the batch is
   *     larger than compiled for, the map is a shifted view, or its memory is read-only
   */
  public Bindings output(String name, FeatureMap map) {
    int index = outputNames.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          "there is no output '" + name + "', wanted one of " + outputNames);
    }
    requireFits("output '" + name + "'", map, outputShape(name));
    if (map.asWindow().isEmpty()) {
      throw new IllegalArgumentException(
          "output '"
              + name
              + "' is the shifted view "
              + map.map()
              + ", wanted a window: only windows can be written");
    }
    if (map.segment().isReadOnly()) {
      throw new IllegalArgumentException(
          "output '" + name + "' is over read-only memory, wanted memory that can be written");
    }
    outputs[index] = map;
    checked = false;
    return this;
  }

  private Shape outputShape(String name) {
    var operand = network.outputs().get(name);
    if (operand == null) {
      throw new IllegalArgumentException("there is no output '" + name + "'");
    }
    return operand.shape();
  }

  private void requireFits(String what, FeatureMap map, Shape wanted) {
    if (!map.shape().equals(wanted)) {
      throw new IllegalArgumentException(what + " has shape " + map.shape() + ", wanted " + wanted);
    }
    if (map.batch() > maxBatch) {
      throw new IllegalArgumentException(
          what + " has a batch of " + map.batch() + ", wanted at most the compiled " + maxBatch);
    }
  }

  /** Returns the number of images of this run. */
  public int batch() {
    return input(0).batch();
  }

  /** Returns an input by its place in the network's order. */
  public FeatureMap input(int index) {
    return require(inputs[index], "input", network.inputs().get(index).name());
  }

  /** Returns an output by its place in the network's order. */
  public FeatureMap output(int index) {
    return require(outputs[index], "output", outputNames.get(index));
  }

  /** Returns the number of inputs. */
  public int inputCount() {
    return inputs.length;
  }

  /** Returns the number of outputs. */
  public int outputCount() {
    return outputs.length;
  }

  private static FeatureMap require(@Nullable FeatureMap map, String what, String name) {
    if (map == null) {
      throw new IllegalArgumentException(what + " '" + name + "' is not bound");
    }
    return map;
  }

  // Every session has a plan object of its own: identity tells it from others of the same network,
  // which may be compiled for another batch.
  @SuppressWarnings("ReferenceEquality")
  boolean isFor(MemoryPlan other) {
    return plan == other;
  }

  /**
   * Checks what may change between runs each time, and the rest after a new binding only, so that a
   * run allocates nothing.
   */
  void check() {
    for (int i = 0; i < inputs.length; i++) {
      requireUsable(input(i), "input", network.inputs().get(i).name());
    }
    for (int i = 0; i < outputs.length; i++) {
      requireUsable(output(i), "output", outputNames.get(i));
    }
    if (!checked) {
      requireOneBatch();
      Overlaps.check(network, inputs(), outputs(), outputNames);
      checked = true;
    }
  }

  private List<FeatureMap> inputs() {
    return IntStream.range(0, inputs.length).mapToObj(this::input).toList();
  }

  private List<FeatureMap> outputs() {
    return IntStream.range(0, outputs.length).mapToObj(this::output).toList();
  }

  private static void requireUsable(FeatureMap map, String what, String name) {
    if (!map.segment().scope().isAlive()) {
      throw new IllegalStateException(
          what + " '" + name + "' is over closed memory, wanted memory that is still open");
    }
    if (!map.segment().isAccessibleBy(Thread.currentThread())) {
      throw new WrongThreadException(
          what
              + " '"
              + name
              + "' belongs to another thread, wanted memory that "
              + Thread.currentThread().getName()
              + " may access");
    }
  }

  private void requireOneBatch() {
    int batch = batch();
    for (int i = 0; i < inputs.length; i++) {
      requireBatch(input(i), "input", network.inputs().get(i).name(), batch);
    }
    for (int i = 0; i < outputs.length; i++) {
      requireBatch(output(i), "output", outputNames.get(i), batch);
    }
  }

  private static void requireBatch(FeatureMap map, String what, String name, int batch) {
    if (map.batch() != batch) {
      throw new IllegalArgumentException(
          what
              + " '"
              + name
              + "' has a batch of "
              + map.batch()
              + ", wanted "
              + batch
              + " like the first input");
    }
  }
}
