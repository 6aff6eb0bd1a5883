package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The network while it is being made: nodes in order that may still be replaced, so that what
 * follows an operator can become part of it. Values are the network's own kind and are renumbered
 * at the end.
 */
final class Draft {
  private final List<Value> inputs = new ArrayList<>();
  private final Map<String, Operand> outputs = new LinkedHashMap<>();
  private final Map<String, Integer> names = new HashMap<>();
  private List<Step> steps = new ArrayList<>();
  private int values;

  /**
   * A node.
   *
   * @param operator what it computes
   * @param inputs what it reads
   * @param output what it makes
   * @param isAffine whether it only scales and shifts channels: a depthwise pointwise convolution
   *     of ones, with a batch normalisation
   */
  record Step(Operator operator, List<Operand> inputs, Value output, boolean isAffine) {}

  Operand input(String name, Shape shape) {
    Value value = value(name, shape);
    inputs.add(value);
    return Operand.of(value);
  }

  /**
   * Adds a node.
   *
   * @throws Refusal if the operator does not take the operands
   */
  Value add(String name, Operator operator, Operand... operands) throws Refusal {
    return add(name, operator, false, operands);
  }

  /**
   * Adds a node that scales and shifts channels.
   *
   * @throws Refusal if the operator does not take the operands
   */
  Value addAffine(String name, Operator operator, Operand operand) throws Refusal {
    return add(name, operator, true, operand);
  }

  private Value add(String name, Operator operator, boolean affine, Operand... operands)
      throws Refusal {
    List<Operand> list = List.of(operands);
    Shape shape;
    try {
      shape = operator.outputShape(list.stream().map(Operand::shape).toList());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new Refusal(String.valueOf(e.getMessage()));
    }
    if (shape.elements() > Dims.MOST_ELEMENTS) {
      throw new Refusal("its result is " + shape + ", wanted at most 2^27 elements an image");
    }
    Value value = value(name, shape);
    steps.add(new Step(operator, list, value, affine));
    return value;
  }

  void output(String name, Operand operand) {
    outputs.put(name, operand);
  }

  private Value value(String name, Shape shape) {
    String fresh = name;
    // Counted on from the last one of this name: a file may give all its nodes the same.
    int number = names.getOrDefault(name, 1);
    while (names.containsKey(fresh)) {
      fresh = name + "." + ++number;
    }
    names.put(name, number);
    names.putIfAbsent(fresh, 1);
    return new Value(values++, fresh, shape);
  }

  List<Step> steps() {
    return steps;
  }

  Map<String, Operand> outputs() {
    return outputs;
  }

  /** Replaces all nodes. */
  void replace(List<Step> newSteps) {
    steps = newSteps;
  }

  /** Drops nodes that no output needs. */
  void dropDead() {
    Set<Value> needed = new HashSet<>();
    outputs.values().forEach(output -> needed.add(output.value()));
    List<Step> alive = new ArrayList<>();
    for (Step step : steps.reversed()) {
      if (needed.contains(step.output())) {
        step.inputs().forEach(input -> needed.add(input.value()));
        alive.add(step);
      }
    }
    steps = new ArrayList<>(alive.reversed());
  }

  /** Returns the network. */
  Network build(String name) {
    NetworkBuilder builder = Network.builder(name);
    Map<Value, Operand> made = new HashMap<>();
    for (Value input : inputs) {
      made.put(input, builder.input(input.name(), input.shape()));
    }
    for (Step step : steps) {
      Operand[] operands =
          step.inputs().stream().map(operand -> renumbered(made, operand)).toArray(Operand[]::new);
      made.put(step.output(), builder.add(step.output().name(), step.operator(), operands));
    }
    outputs.forEach((output, operand) -> builder.output(output, renumbered(made, operand)));
    return builder.build();
  }

  private static Operand renumbered(Map<Value, Operand> made, Operand operand) {
    Operand value = made.get(operand.value());
    if (value == null) {
      throw new IllegalStateException("'" + operand.value().name() + "' is read before it is made");
    }
    return new Operand(value.value(), operand.steps());
  }

  @Override
  public String toString() {
    return Arrays.toString(steps.toArray());
  }
}
