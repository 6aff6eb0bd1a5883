package dev.shiftwise.models.onnx;

import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.AddressMap;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.ChannelShift;
import dev.shiftwise.view.Displacement;
import dev.shiftwise.view.ViewStep;
import dev.shiftwise.view.Window;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a move of elements is: for each element of the result the source's is given, or -1
 * where +0 stands. Candidates are read off a few elements; whether one is right is asked of the
 * specification's own address arithmetic, element by element.
 */
final class Recognition {
  private Recognition() {}

  /**
   * Returns the view steps that make a move free, or null if there are none.
   *
   * @param zeros whether -1 stands for +0; otherwise such elements rule out every view
   */
  static @Nullable List<ViewStep> steps(Shape from, Shape to, int[] map, boolean zeros) {
    if (from.height() != to.height() || from.width() != to.width()) {
      return null;
    }
    List<ViewStep> steps = zeroSteps(from, to, map, zeros);
    if (steps == null || !isRight(from, steps, map)) {
      steps = ringSteps(from, to, map);
    }
    return steps != null && isRight(from, steps, map) ? steps : null;
  }

  private static boolean isRight(Shape from, List<ViewStep> steps, int[] map) {
    AddressMap view;
    try {
      view = AddressMap.of(from, steps);
    } catch (IllegalArgumentException e) {
      return false;
    }
    if (view.shape().elements() != map.length) {
      return false;
    }
    boolean[] right = {true};
    view.forEachPiece(
        (at, source, length) -> {
          for (int i = 0; i < length && right[0]; i++) {
            long wanted = source == AddressMap.NOWHERE ? Move.OUTSIDE : source + i;
            right[0] = map[(int) at + i] == wanted;
          }
        });
    return right[0];
  }

  /** Each channel a plane of the source, displaced inside it. */
  private static @Nullable List<ViewStep> zeroSteps(
      Shape from, Shape to, int[] map, boolean zeros) {
    int plane = (int) to.plane();
    int width = to.width();
    int[] planes = new int[to.channels()];
    List<AddressShift.Run> runs = new ArrayList<>();
    boolean shifted = false;
    for (int c = 0; c < planes.length; c++) {
      int p = 0;
      while (p < plane && map[c * plane + p] == Move.OUTSIDE) {
        p++;
      }
      if (p == plane) {
        return null;
      }
      int source = map[c * plane + p];
      planes[c] = source / plane;
      int pixel = source % plane;
      Displacement by = new Displacement(pixel / width - p / width, pixel % width - p % width);
      shifted |= !by.isZero();
      addRun(runs, by);
    }
    List<ViewStep> steps = channelSteps(from.channels(), planes);
    if (steps == null || (shifted && !zeros)) {
      return null;
    }
    if (shifted) {
      steps.add(new AddressShift(Border.ZERO, runs));
    }
    return steps;
  }

  private static void addRun(List<AddressShift.Run> runs, Displacement by) {
    AddressShift.Run last = runs.isEmpty() ? null : runs.getLast();
    if (last != null && last.by().equals(by)) {
      runs.set(runs.size() - 1, new AddressShift.Run(last.channels() + 1, by));
    } else {
      runs.add(new AddressShift.Run(1, by));
    }
  }

  /** Whole planes: a window, a rotation, a window of a rotation or a rotated window. */
  private static @Nullable List<ViewStep> channelSteps(int channels, int[] planes) {
    List<ViewStep> steps = new ArrayList<>();
    int count = planes.length;
    int first = planes[0];
    if (follows(planes, channels, 0)) {
      if (first + count <= channels) {
        if (count < channels) {
          steps.add(new Window(first, count));
        }
        return steps;
      }
      if (count <= channels) {
        steps.add(new ChannelShift(first));
        if (count < channels) {
          steps.add(new Window(0, count));
        }
        return steps;
      }
      return null;
    }
    int least = Integer.MAX_VALUE;
    for (int plane : planes) {
      least = Math.min(least, plane);
    }
    if (least + count <= channels && follows(planes, count, least)) {
      steps.add(new Window(least, count));
      steps.add(new ChannelShift(first - least));
      return steps;
    }
    return null;
  }

  private static boolean follows(int[] planes, int around, int least) {
    for (int c = 0; c < planes.length; c++) {
      if (planes[c] != least + (planes[0] - least + c) % around) {
        return false;
      }
    }
    return true;
  }

  /** Runs of the ring of all channels, or of a window of them. */
  private static @Nullable List<ViewStep> ringSteps(Shape from, Shape to, int[] map) {
    int plane = (int) to.plane();
    int channels = to.channels();
    int least = Integer.MAX_VALUE;
    for (int source : map) {
      least = Math.min(least, source);
    }
    int first = channels == from.channels() ? 0 : least / plane;
    if (least < 0 || first + channels > from.channels()) {
      return null;
    }
    long ring = (long) channels * plane;
    int turn = (int) Math.floorDiv((long) map[0] - (long) first * plane, (long) plane);
    List<ViewStep> best = null;
    long shortest = Long.MAX_VALUE;
    for (int rotation : new int[] {turn, turn + 1}) {
      List<AddressShift.Run> runs = new ArrayList<>();
      long length = 0;
      for (int c = 0; c < channels; c++) {
        long start = (long) map[c * plane] - (long) first * plane;
        long unshifted = (long) ((c + rotation) % channels) * plane;
        long offset = Math.floorMod(start - unshifted + ring / 2, ring) - ring / 2;
        length += Math.abs(offset);
        if (Math.abs(offset) >= plane) {
          length = Long.MAX_VALUE;
          break;
        }
        addRun(runs, displacement((int) offset, to));
      }
      if (length < shortest) {
        shortest = length;
        best = new ArrayList<>();
        if (channels < from.channels()) {
          best.add(new Window(first, channels));
        }
        if (rotation % channels != 0) {
          best.add(new ChannelShift(rotation % channels));
        }
        best.add(new AddressShift(Border.RING, runs));
      }
    }
    return best;
  }

  /** The offset in rows and columns, with as few columns as can be. */
  private static Displacement displacement(int offset, Shape shape) {
    int dy = Math.floorDiv(offset, shape.width());
    int dx = Math.floorMod(offset, shape.width());
    boolean left = dx > shape.width() / 2 && dy + 1 < shape.height();
    boolean cannot = Math.abs(dy) >= shape.height();
    return left || cannot ? new Displacement(dy + 1, dx - shape.width()) : new Displacement(dy, dx);
  }

  /** Returns the groups of the channel shuffle that a move is, or 0. */
  static int shuffleGroups(Shape from, Shape to, int[] map) {
    if (!from.equals(to)) {
      return 0;
    }
    int[] planes = planes(map, (int) to.plane());
    if (planes == null || planes.length < 4) {
      return 0;
    }
    int channels = planes.length;
    int each = planes[1];
    if (each < 1 || channels % each != 0) {
      return 0;
    }
    int groups = channels / each;
    ChannelOrder order = c -> c % groups * each + c / groups;
    for (int c = 0; c < channels; c++) {
      if (planes[c] != order.source(c)) {
        return 0;
      }
    }
    return groups;
  }

  /** Where a channel comes from. */
  @FunctionalInterface
  private interface ChannelOrder {
    int source(int channel);
  }

  /** Returns the source plane of each channel if whole planes were moved, else null. */
  static int @Nullable [] planes(int[] map, int plane) {
    if (map.length % plane != 0) {
      return null;
    }
    int[] planes = new int[map.length / plane];
    for (int c = 0; c < planes.length; c++) {
      int source = map[c * plane];
      if (source < 0 || source % plane != 0) {
        return null;
      }
      planes[c] = source / plane;
      for (int p = 1; p < plane; p++) {
        if (map[c * plane + p] != source + p) {
          return null;
        }
      }
    }
    return planes;
  }

  /**
   * Returns tables for axes of these sizes whose sums are the move, or null if there are none.
   *
   * @param sizes their product is the number of elements
   */
  static @Nullable List<int[]> separated(int[] map, int... sizes) {
    int[] strides = Dims.strides(sizes);
    // An element whose source is known, as the origin of all tables.
    int origin = 0;
    while (origin < map.length && map[origin] == Move.OUTSIDE) {
      origin++;
    }
    if (origin == map.length) {
      return null;
    }
    List<int[]> tables = new ArrayList<>();
    int[] smallest = new int[sizes.length];
    int sum = 0;
    for (int axis = 0; axis < sizes.length; axis++) {
      int at = origin / strides[axis] % sizes[axis];
      int[] table = new int[sizes[axis]];
      int least = Integer.MAX_VALUE;
      for (int i = 0; i < table.length; i++) {
        table[i] = map[origin + (i - at) * strides[axis]];
        least = table[i] == Move.OUTSIDE ? least : Math.min(least, table[i] - map[origin]);
      }
      smallest[axis] = least;
      sum += least;
      tables.add(table);
    }
    // Each table from 0 on; what is over goes to the first.
    int rest = map[origin] + sum;
    if (rest < 0) {
      return null;
    }
    for (int axis = 0; axis < tables.size(); axis++) {
      int[] table = tables.get(axis);
      for (int i = 0; i < table.length; i++) {
        if (table[i] != Move.OUTSIDE) {
          table[i] += (axis == 0 ? rest : 0) - map[origin] - smallest[axis];
        }
      }
    }
    int[] made = new Move(sizes, tables).indices();
    return java.util.Arrays.equals(made, map) ? tables : null;
  }

  /** Describes view steps in one line. */
  static String describe(List<ViewStep> steps) {
    List<String> parts = new ArrayList<>();
    for (ViewStep step : steps) {
      parts.add(
          switch (step) {
            case ChannelShift(long by) -> "channel shift by " + by;
            case Window(int first, int count) ->
                "window of channels " + first + " to " + (first + count - 1);
            case AddressShift(Border border, List<AddressShift.Run> runs) ->
                "address shift " + border + " in " + runs.size() + " runs";
          });
    }
    return parts.isEmpty() ? "nothing moved" : String.join(", ", parts);
  }
}
