package dev.shiftwise.models.onnx;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The value of a node's attribute. */
sealed interface Attribute {
  /** An integer. */
  record Int(long value) implements Attribute {}

  /** A float. */
  record Real(float value) implements Attribute {}

  /** A string. */
  record Text(String value) implements Attribute {}

  /** A list of integers, in a list so that records compare. */
  record Ints(List<Long> values) implements Attribute {}

  /** A list of floats. */
  record Reals(List<Float> values) implements Attribute {}

  /** A tensor. */
  record TensorValue(RawTensor value) implements Attribute {}

  /** Graphs, sparse tensors and whatever else no operator here asks for. */
  record Other(@Nullable String what) implements Attribute {}
}
