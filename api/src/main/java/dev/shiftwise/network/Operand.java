package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.AddressMap;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.ChannelShift;
import dev.shiftwise.view.Displacement;
import dev.shiftwise.view.ViewStep;
import dev.shiftwise.view.Window;
import java.util.List;
import java.util.stream.Stream;

/**
 * A value as a node reads it: through the three primitives, in order. This is what a network
 * builder hands out and takes.
 *
 * <p>The steps are kept as they were asked for, so that an evaluator can follow the text of the
 * specification; {@link #map} gives their addresses.
 *
 * @param value the value that is read
 * @param steps the primitives applied to it, first to last
 */
public record Operand(Value value, List<ViewStep> steps) {

  /**
   * Checks that the steps fit.
   *
   * @throws IllegalArgumentException if a step does not fit the shape before it
   */
  public Operand {
    steps = List.copyOf(steps);
    AddressMap.of(value.shape(), steps);
  }

  /** Returns the value itself. */
  public static Operand of(Value value) {
    return new Operand(value, List.of());
  }

  /** Returns this operand with its channels rotated (SPEC section 1). */
  public Operand channelShift(long by) {
    return then(new ChannelShift(by));
  }

  /**
   * Returns this operand with its channels in equal groups, each at its displacement (SPEC section
   * 1).
   *
   * @throws IllegalArgumentException if the groups do not divide the channels, or a displacement is
   *     as large as the plane
   */
  public Operand addressShift(Border border, Displacement... groups) {
    return then(AddressShift.equalGroups(border, shape().channels(), groups));
  }

  /**
   * Returns a window of this operand's channels.
   *
   * @throws IllegalArgumentException if it leaves the map
   */
  public Operand window(int first, int count) {
    return then(new Window(first, count));
  }

  /**
   * Returns this operand with one more step.
   *
   * @throws IllegalArgumentException if the step does not fit
   */
  public Operand then(ViewStep step) {
    return new Operand(value, Stream.concat(steps.stream(), Stream.of(step)).toList());
  }

  /** Returns the shape that a reader sees. */
  public Shape shape() {
    return map().shape();
  }

  /** Returns where a reader's elements stand in the value. */
  public AddressMap map() {
    return AddressMap.of(value.shape(), steps);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(value.name());
    steps.forEach(step -> text.append('.').append(step));
    return text.toString();
  }
}
