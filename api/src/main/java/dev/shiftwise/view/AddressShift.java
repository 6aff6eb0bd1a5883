package dev.shiftwise.view;

import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The address shift: every run of channels is read at its own displacement (SPEC section 1), which
 * replaces the depthwise convolution.
 *
 * @param border what is read outside the plane; always named, never implied
 * @param runs the runs in channel order; together they cover the channels of the map exactly
 */
public record AddressShift(Border border, List<Run> runs) implements ViewStep {

  /**
   * Consecutive channels that share a displacement.
   *
   * @param channels channels of the run, at least 1
   * @param by the displacement they are read at
   */
  public record Run(int channels, Displacement by) {

    /**
     * Checks the run.
     *
     * @throws IllegalArgumentException if {@code channels} is below 1
     */
    public Run {
      if (channels < 1) {
        throw new IllegalArgumentException(
            "a run of an address shift has " + channels + " channels, wanted at least 1");
      }
    }

    @Override
    public String toString() {
      return channels + by.toString();
    }
  }

  /**
   * Checks that there is a run.
   *
   * @throws IllegalArgumentException if there is none
   */
  public AddressShift {
    runs = List.copyOf(runs);
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("an address shift has no runs, wanted at least 1");
    }
  }

  /** Returns a shift of the given runs. */
  public static AddressShift of(Border border, Run... runs) {
    return new AddressShift(border, List.of(runs));
  }

  /** Returns a shift of all channels by one displacement. */
  public static AddressShift uniform(Border border, int channels, Displacement by) {
    return of(border, new Run(channels, by));
  }

  /**
   * Returns a shift of as many equal runs as there are displacements.
   *
   * @throws IllegalArgumentException if their number does not divide {@code channels}
   */
  public static AddressShift equalGroups(Border border, int channels, Displacement... by) {
    if (by.length == 0 || channels % by.length != 0) {
      throw new IllegalArgumentException(
          "channels is "
              + channels
              + ", wanted a multiple of the "
              + by.length
              + " displacements of the address shift");
    }
    List<Run> runs = new ArrayList<>();
    for (Displacement displacement : by) {
      runs.add(new Run(channels / by.length, displacement));
    }
    return new AddressShift(border, runs);
  }

  /**
   * Returns the paper's shift: four equal runs LEFT, UP, RIGHT, DOWN.
   *
   * @throws IllegalArgumentException if 4 does not divide {@code channels}
   */
  public static AddressShift addressNet(Border border, int channels) {
    return equalGroups(
        border,
        channels,
        Displacement.LEFT,
        Displacement.UP,
        Displacement.RIGHT,
        Displacement.DOWN);
  }

  /**
   * Returns ShiftNet's shift: nine displacements of {@code floor(C / 9)} channels each, row by row
   * from {@code (-1, -1)} to {@code (+1, +1)}, and the rest STAY.
   */
  public static AddressShift shiftNet(Border border, int channels) {
    int each = channels / 9;
    List<Run> runs = new ArrayList<>();
    for (int dy = -1; dy <= 1 && each > 0; dy++) {
      for (int dx = -1; dx <= 1; dx++) {
        runs.add(new Run(each, new Displacement(dy, dx)));
      }
    }
    if (channels > 9 * each) {
      runs.add(new Run(channels - 9 * each, Displacement.STAY));
    }
    return new AddressShift(border, runs);
  }

  @Override
  public Shape applyTo(Shape shape) {
    long covered = 0;
    for (Run run : runs) {
      covered += run.channels();
      if (Math.abs((long) run.by().dy()) >= shape.height()
          || Math.abs((long) run.by().dx()) >= shape.width()) {
        throw new IllegalArgumentException(
            "displacement is "
                + run.by()
                + ", wanted |dy| < height "
                + shape.height()
                + " and |dx| < width "
                + shape.width());
      }
    }
    if (covered != shape.channels()) {
      throw new IllegalArgumentException(
          "the runs of the address shift cover "
              + covered
              + " channels, wanted exactly the map's "
              + shape.channels());
    }
    return shape;
  }

  /** Returns for example {@code addressShift(RING, 16(0,+1) 16(+1,0))}. */
  @Override
  public String toString() {
    return runs.stream()
        .map(Run::toString)
        .collect(Collectors.joining(" ", "addressShift(" + border + ", ", ")"));
  }
}
