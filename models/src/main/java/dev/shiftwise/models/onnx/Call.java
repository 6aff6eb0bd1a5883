package dev.shiftwise.models.onnx;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A node as the code that maps it sees it: its operands, and its attributes with the defaults. What
 * a node asks for that nobody looked at is refused, since leaving it out would change the result.
 */
final class Call {
  private final Scope scope;
  private final GraphNode node;
  private final List<@Nullable Datum> inputs;
  private final int used;
  private final AttributeConstants tensors;
  private final Set<String> known = new HashSet<>();

  /** Reads a tensor that is an attribute. */
  @FunctionalInterface
  interface AttributeConstants {
    /**
     * Returns it.
     *
     * @throws Refusal if it cannot be read
     */
    Constant of(RawTensor tensor) throws Refusal;
  }

  /**
   * Describes a node.
   *
   * @param inputs what its inputs stand for, null where one is left out
   * @param used how many of its outputs somebody reads: the number of the last one
   */
  Call(
      Scope scope,
      GraphNode node,
      List<@Nullable Datum> inputs,
      int used,
      AttributeConstants tensors) {
    this.scope = scope;
    this.node = node;
    this.inputs = inputs;
    this.used = used;
    this.tensors = tensors;
  }

  Scope scope() {
    return scope;
  }

  int opset() {
    return scope.opset();
  }

  /** Returns the operator's name. */
  String operator() {
    return node.operator();
  }

  /** Returns the name of its node in the network. */
  String name() {
    return node.label();
  }

  /** Returns how many outputs it has. */
  int outputs() {
    return node.outputs().size();
  }

  /**
   * Refuses outputs beyond the first ones, if somebody reads them.
   *
   * @throws Refusal if somebody does
   */
  void requireOutputs(int most) throws Refusal {
    if (used > most) {
      throw new Refusal("its output " + used + " is read, wanted only the first " + most);
    }
  }

  // ---- inputs ----

  /** Returns how many inputs are given; those left out at the end do not count. */
  int inputs() {
    int count = inputs.size();
    while (count > 0 && inputs.get(count - 1) == null) {
      count--;
    }
    return count;
  }

  boolean has(int index) {
    return index < inputs.size() && inputs.get(index) != null;
  }

  /**
   * Returns an input whose first dimension is the batch if one is, and a constant that is the same
   * for all images.
   *
   * @throws Refusal if it is left out, or the batch is elsewhere
   */
  Datum input(int index) throws Refusal {
    Datum datum = any(index);
    int axis = batchAxis(datum);
    if (axis > 0 || (axis == 0 && datum instanceof Constant)) {
      throw Refusal.ofBatch("the batch is dimension " + axis + " of its input " + index);
    }
    return datum;
  }

  /**
   * Returns an input, wherever the batch is.
   *
   * @throws Refusal if it is left out
   */
  Datum any(int index) throws Refusal {
    Datum datum = index < inputs.size() ? inputs.get(index) : null;
    if (datum == null) {
      throw new Refusal("input " + index + " is missing");
    }
    return datum;
  }

  /**
   * Returns an input that is a feature map.
   *
   * @throws Refusal if it is not
   */
  Feature feature(int index) throws Refusal {
    if (input(index) instanceof Feature feature) {
      return feature;
    }
    throw new Refusal("input " + index + " is a constant, wanted a feature map");
  }

  /**
   * Returns an input that is a constant.
   *
   * @throws Refusal if it is not
   */
  Constant constant(int index) throws Refusal {
    if (input(index) instanceof Constant constant) {
      return constant;
    }
    throw new Refusal("input " + index + " is computed from the image, wanted a constant");
  }

  /**
   * Returns an input that is a constant, which may have something for each image of the batch.
   *
   * @throws Refusal if it is not a constant
   */
  Constant constantOfImages(int index) throws Refusal {
    return any(index) instanceof Constant constant ? constant : constant(index);
  }

  /**
   * Returns an input that is a constant, or null if it is left out.
   *
   * @throws Refusal if it is not a constant
   */
  @Nullable Constant optional(int index) throws Refusal {
    return has(index) ? constant(index) : null;
  }

  /** Returns whether all inputs are constants. */
  boolean isConstant() {
    return inputs.stream().allMatch(input -> input == null || input instanceof Constant);
  }

  /** Returns the dimension along which the batch stands, or -1 if there is none. */
  int batchAxis(Datum datum) {
    return scope.isBatched() ? datum.batchAxis() : -1;
  }

  /**
   * Refuses to change the dimension that is the batch.
   *
   * @throws Refusal if it is
   */
  void requireNotBatch(Datum datum, int axis) throws Refusal {
    if (axis == batchAxis(datum)) {
      throw Refusal.ofBatch("it works along dimension " + axis + ", the batch");
    }
  }

  /**
   * Returns what was made of a value, with the batch along another dimension than before.
   *
   * @param axis -1 if there is none
   * @throws Refusal if the batch is a number: it is then told by its place
   */
  Datum batchAt(int axis, Datum from, Datum made) throws Refusal {
    if (axis < 0) {
      return made;
    }
    if (axis != batchAxis(from) && !scope.isSymbolic()) {
      throw Refusal.ofBatch("the batch becomes dimension " + axis);
    }
    return made.withBatchAxis(axis);
  }

  // ---- attributes ----

  /** Says that an attribute changes nothing that matters here. */
  void ignore(String... names) {
    known.addAll(Arrays.asList(names));
  }

  boolean hasAttribute(String name) {
    known.add(name);
    return node.attributes().containsKey(name);
  }

  /**
   * Returns an integer.
   *
   * @throws Refusal if it is none
   */
  long integer(String name, long otherwise) throws Refusal {
    return switch (attribute(name)) {
      case null -> otherwise;
      case Attribute.Int(long value) -> value;
      default -> throw wrong(name, "an integer");
    };
  }

  /**
   * Returns a flag.
   *
   * @throws Refusal if it is none
   */
  boolean flag(String name, boolean otherwise) throws Refusal {
    long value = integer(name, otherwise ? 1 : 0);
    if (value != 0 && value != 1) {
      throw wrong(name, "0 or 1");
    }
    return value == 1;
  }

  /**
   * Returns a float.
   *
   * @throws Refusal if it is none
   */
  float real(String name, float otherwise) throws Refusal {
    return switch (attribute(name)) {
      case null -> otherwise;
      case Attribute.Real(float value) -> value;
      default -> throw wrong(name, "a float");
    };
  }

  /**
   * Returns a string.
   *
   * @throws Refusal if it is none
   */
  String text(String name, String otherwise) throws Refusal {
    return switch (attribute(name)) {
      case null -> otherwise;
      case Attribute.Text(String value) -> value;
      default -> throw wrong(name, "a string");
    };
  }

  /**
   * Returns integers, or null if they are not given.
   *
   * @throws Refusal if they are none
   */
  long @Nullable [] integers(String name) throws Refusal {
    return switch (attribute(name)) {
      case null -> null;
      case Attribute.Ints(List<Long> values) ->
          values.stream().mapToLong(Long::longValue).toArray();
      default -> throw wrong(name, "integers");
    };
  }

  /**
   * Returns floats, or null if they are not given.
   *
   * @throws Refusal if they are none
   */
  float @Nullable [] reals(String name) throws Refusal {
    return switch (attribute(name)) {
      case null -> null;
      case Attribute.Reals(List<Float> values) -> {
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
          array[i] = values.get(i);
        }
        yield array;
      }
      default -> throw wrong(name, "floats");
    };
  }

  /**
   * Returns a tensor, or null if it is not given.
   *
   * @throws Refusal if it is none
   */
  @Nullable Constant tensor(String name) throws Refusal {
    return switch (attribute(name)) {
      case null -> null;
      case Attribute.TensorValue(RawTensor tensor) -> tensors.of(tensor);
      default -> throw wrong(name, "a tensor");
    };
  }

  /**
   * Returns integers that were an attribute in older operator sets and are an input since, or null.
   *
   * @throws Refusal if they are no constant integers
   */
  long @Nullable [] integers(String name, int input, int since) throws Refusal {
    if (opset() < since) {
      return integers(name);
    }
    Constant constant = optional(input);
    return constant == null ? null : constant.integers();
  }

  /**
   * Refuses attributes that nobody asked for.
   *
   * @throws Refusal if there are some
   */
  void requireKnown() throws Refusal {
    Set<String> unknown = new TreeSet<>(node.attributes().keySet());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new Refusal("attributes " + unknown + " are not supported");
    }
  }

  private @Nullable Attribute attribute(String name) {
    known.add(name);
    return node.attributes().get(name);
  }

  private Refusal wrong(String name, String wanted) {
    return new Refusal("attribute " + name + " is " + describe(name) + ", wanted " + wanted);
  }

  private String describe(String name) {
    return switch (node.attributes().get(name)) {
      case null -> "missing";
      case Attribute.Int(long value) -> String.valueOf(value);
      case Attribute.Real(float value) -> String.valueOf(value);
      case Attribute.Text _ -> "a string";
      case Attribute.Ints _ -> "integers";
      case Attribute.Reals _ -> "floats";
      case Attribute.TensorValue _ -> "a tensor";
      case Attribute.Other _ -> "something else";
    };
  }

  /** Returns a refusal of an attribute's value. */
  static Refusal refused(String attribute, Object found, String wanted) {
    return new Refusal(attribute + " is " + found + ", wanted " + wanted);
  }
}
