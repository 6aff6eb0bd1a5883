package dev.shiftwise.models.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The operators that only see the same elements under other dimensions. */
final class Reshapes {
  private Reshapes() {}

  static List<Datum> identity(Call call) throws Refusal {
    return List.of(call.any(0));
  }

  /** Dropout does nothing outside training. */
  static List<Datum> dropout(Call call) throws Refusal {
    call.ignore("ratio", "seed", "is_test");
    call.requireOutputs(1);
    Constant training = call.optional(2);
    if (training != null && training.integer() != 0) {
      throw new Refusal("it is in training mode");
    }
    return List.of(call.input(0));
  }

  static List<Datum> reshape(Call call) throws Refusal {
    boolean keepsZero = call.flag("allowzero", false);
    Datum from = call.any(0);
    Constant shape = call.constant(1);
    int rank = shape.elements();
    if (shape.isReal() || rank > 8) {
      throw new Refusal("its shape has " + rank + " elements, wanted at most 8 integers");
    }
    int batch = call.batchAxis(from);
    int axis = batch < 0 ? -1 : batchAxis(shape, batch);
    int[] to = new int[rank];
    int open = -1;
    long known = 1;
    for (int i = 0; i < rank; i++) {
      long size = shape.integer(i);
      if (size == -1 && shape.perBatch(i) == 0) {
        if (open >= 0) {
          throw new Refusal("its shape has -1 twice");
        }
        open = i;
        continue;
      }
      if (size == 0 && shape.perBatch(i) == 0 && !keepsZero) {
        if (i >= from.rank()) {
          throw new Refusal("its shape copies dimension " + i + ", which there is not");
        }
        if ((i == batch) != (i == axis)) {
          throw Refusal.ofBatch("dimension " + axis + " of its result is not the batch");
        }
        to[i] = from.dims()[i];
      } else if (i == axis) {
        to[i] = call.scope().perImage(size, shape.perBatch(i));
      } else if (shape.perBatch(i) != 0) {
        throw Refusal.ofBatch("the batch becomes dimension " + i);
      } else if (size < 0 || size > Dims.MOST_ELEMENTS) {
        throw new Refusal("dimension " + i + " of its shape is " + size);
      } else {
        to[i] = (int) size;
      }
      known = Math.min(known * to[i], Integer.MAX_VALUE);
    }
    long elements = Dims.elements(from.dims());
    if (open >= 0 && known > 0 && elements % known == 0) {
      to[open] = (int) (elements / known);
      known = elements;
    }
    if (axis >= 0
        && (known != elements
            || Dims.elements(to, 0, axis) != Dims.elements(from.dims(), 0, batch))) {
      throw Refusal.ofBatch("dimension " + axis + " of its result is not the batch");
    }
    if (known != elements) {
      throw new Refusal(
          "dimensions " + Dims.text(from.dims()) + " cannot become " + shapeText(shape));
    }
    return List.of(call.batchAt(axis, from, reshaped(call, from, to)));
  }

  /** Where the batch is to be: where the shape says so, else where it leaves a size open. */
  private static int batchAxis(Constant shape, int before) throws Refusal {
    int open = -1;
    for (int i = 0; i < shape.elements(); i++) {
      if (shape.perBatch(i) != 0) {
        return i;
      }
      open = shape.integer(i) == -1 ? i : open;
    }
    boolean copied = before < shape.elements() && shape.integer(before) == 0;
    int axis = before == 0 || copied ? before : open;
    if (axis < 0 || axis >= shape.elements()) {
      throw Refusal.ofBatch("none of its dimensions is the batch");
    }
    return axis;
  }

  private static String shapeText(Constant shape) {
    long[] sizes = new long[shape.elements()];
    Arrays.setAll(sizes, shape::integer);
    return Arrays.toString(sizes);
  }

  static List<Datum> flatten(Call call) throws Refusal {
    Datum from = call.any(0);
    long stated = call.integer("axis", 1);
    int rank = from.rank();
    int axis = stated == rank ? rank : Dims.axis(stated, rank);
    int batch = call.batchAxis(from);
    int part = batch < 0 ? -1 : batch < axis ? 0 : 1;
    if (part >= 0 && Dims.elements(from.dims(), part == 0 ? 0 : axis, batch) != 1) {
      throw Refusal.ofBatch("dimension " + part + " of its result is not the batch");
    }
    int outer = (int) Dims.elements(from.dims(), 0, axis);
    Datum flat = reshaped(call, from, outer, (int) Dims.elements(from.dims(), axis, rank));
    return List.of(call.batchAt(part, from, flat));
  }

  static List<Datum> squeeze(Call call) throws Refusal {
    Datum from = call.any(0);
    long[] axes = call.integers("axes", 1, 13);
    int batch = call.batchAxis(from);
    boolean[] gone = new boolean[from.rank()];
    if (axes != null) {
      gone = Dims.marked(axes, from.rank());
      if (batch >= 0 && gone[batch]) {
        call.requireNotBatch(from, batch);
      }
    } else {
      for (int i = 0; i < gone.length; i++) {
        gone[i] = from.dims()[i] == 1 && i != batch;
      }
    }
    List<Integer> left = new ArrayList<>();
    int axis = batch;
    for (int i = 0; i < gone.length; i++) {
      if (!gone[i]) {
        left.add(from.dims()[i]);
      } else if (from.dims()[i] != 1) {
        throw new Refusal("dimension " + i + " is " + from.dims()[i] + ", wanted 1 to squeeze it");
      } else if (i < batch) {
        axis--;
      }
    }
    int[] to = left.stream().mapToInt(Integer::intValue).toArray();
    return List.of(call.batchAt(axis, from, reshaped(call, from, to)));
  }

  static List<Datum> unsqueeze(Call call) throws Refusal {
    Datum from = call.any(0);
    long[] axes = call.integers("axes", 1, 13);
    if (axes == null || axes.length + from.rank() > 8) {
      throw new Refusal("axes are missing or lead beyond 8 dimensions");
    }
    boolean[] isNew = Dims.marked(axes, from.rank() + axes.length);
    int batch = call.batchAxis(from);
    int axis = -1;
    int[] to = new int[isNew.length];
    int at = 0;
    for (int i = 0; i < to.length; i++) {
      if (!isNew[i] && at == batch) {
        axis = i;
      }
      to[i] = isNew[i] ? 1 : from.dims()[at++];
    }
    return List.of(call.batchAt(axis, from, reshaped(call, from, to)));
  }

  static List<Datum> shape(Call call) throws Refusal {
    Constant shape = call.scope().shapeOf(call.any(0));
    int rank = shape.elements();
    int start = clamp(call.integer("start", 0), rank);
    int end = Math.max(start, clamp(call.integer("end", rank), rank));
    return List.of(shape.moved(Move.pick(shape.dims(), 0, Move.steps(start, 1, end - start)), 0));
  }

  private static int clamp(long index, int rank) {
    return Math.clamp(index < 0 ? index + rank : index, 0, rank);
  }

  static List<Datum> size(Call call) throws Refusal {
    Datum from = call.input(0);
    if (from instanceof Feature && call.scope().isBatched()) {
      throw Refusal.ofBatch("it computes with the size of the batch");
    }
    return List.of(
        Constant.ofIntegers(
            ElementKind.INT64, new int[0], new long[] {Dims.elements(from.dims())}));
  }

  /** Returns the same elements under other dimensions. */
  static Datum reshaped(Call call, Datum from, int... to) {
    return switch (from) {
      case Constant constant -> constant.reshaped(to);
      case Feature feature -> feature.reshaped(call.operator(), to);
    };
  }
}
