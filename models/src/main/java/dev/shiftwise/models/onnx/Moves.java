package dev.shiftwise.models.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operators that put elements elsewhere and compute nothing. */
final class Moves {
  private Moves() {}

  /**
   * Returns a value with its elements moved.
   *
   * @throws Refusal if the result is too large, or empty and no constant
   */
  static Datum moved(Call call, Datum from, Move move, double fill) throws Refusal {
    return switch (from) {
      case Constant constant -> {
        call.scope().fold(Dims.elements(move.dims()));
        yield constant.moved(move, fill);
      }
      case Feature feature -> call.scope().moved(call.operator(), feature, move, (float) fill);
    };
  }

  static List<Datum> transpose(Call call) throws Refusal {
    Datum from = call.any(0);
    int rank = from.rank();
    long[] stated = call.integers("perm");
    int[] order = new int[rank];
    Arrays.setAll(order, i -> rank - 1 - i);
    if (stated != null) {
      boolean[] all = Dims.marked(stated, rank);
      if (all.length != stated.length) {
        throw Call.refused("perm", Arrays.toString(stated), "each of " + rank + " axes");
      }
      for (int i = 0; i < rank; i++) {
        order[i] = Dims.axis(stated[i], rank);
      }
    }
    int batch = call.batchAxis(from);
    int to = batch;
    for (int i = 0; i < rank; i++) {
      to = order[i] == batch ? i : to;
    }
    Datum turned = moved(call, from, Move.transpose(from.dims(), order), 0);
    return List.of(call.batchAt(to, from, turned));
  }

  static List<Datum> slice(Call call) throws Refusal {
    Datum from = call.any(0);
    boolean old = call.opset() < 10;
    long[] starts = old ? call.integers("starts") : call.constant(1).integers();
    long[] ends = old ? call.integers("ends") : call.constant(2).integers();
    long[] axes = call.integers("axes", 3, 10);
    Constant stated = old ? null : call.optional(4);
    long[] steps = stated == null ? null : stated.integers();
    if (starts == null
        || ends == null
        || ends.length != starts.length
        || (axes != null && axes.length != starts.length)
        || (steps != null && steps.length != starts.length)
        || (axes == null && starts.length > from.rank())) {
      throw new Refusal("its starts, ends, axes and steps are not equally many");
    }
    if (axes != null) {
      Dims.marked(axes, from.rank());
    }
    int[] @Nullable [] picked = new int[from.rank()][];
    for (int i = 0; i < starts.length; i++) {
      int axis = axes == null ? i : Dims.axis(axes[i], from.rank());
      int size = from.dims()[axis];
      long step = steps == null ? 1 : steps[i];
      if (step == 0) {
        throw new Refusal("step is 0, wanted another number");
      }
      if (step == 1 && starts[i] == 0 && ends[i] >= Integer.MAX_VALUE) {
        continue;
      }
      call.requireNotBatch(from, axis);
      long least = step > 0 ? 0 : -1;
      long most = step > 0 ? size : size - 1L;
      long start = Math.clamp(fromFront(starts[i], size), Math.max(0, least), most);
      long end = Math.clamp(fromFront(ends[i], size), least, most);
      // A step beyond the axis takes one element, whatever its size.
      int by = (int) Math.clamp(step, -size - 1L, size + 1L);
      long count = by > 0 ? Math.ceilDiv(end - start, by) : Math.ceilDiv(start - end, -by);
      picked[axis] = Move.steps((int) start, by, (int) Math.max(0, count));
    }
    return List.of(moved(call, from, Move.pick(from.dims(), picked), 0));
  }

  private static long fromFront(long index, int size) {
    return index < 0 ? Math.max(index, Long.MIN_VALUE / 2) + size : index;
  }

  static List<Datum> split(Call call) throws Refusal {
    Datum from = call.any(0);
    int axis = Dims.axis(call.integer("axis", 0), from.rank());
    call.requireNotBatch(from, axis);
    long[] sizes = call.integers("split", 1, 13);
    int size = from.dims()[axis];
    if (sizes == null) {
      long parts = call.integer("num_outputs", call.outputs());
      if (parts != call.outputs() || parts < 1) {
        throw Call.refused("num_outputs", parts, "its " + call.outputs() + " outputs");
      }
      int each = (int) Math.ceilDiv(size, parts);
      if (call.opset() < 18 && each * parts != size) {
        throw new Refusal("dimension " + axis + " is " + size + ", wanted a multiple of " + parts);
      }
      sizes = new long[call.outputs()];
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = Math.max(0, Math.min(each, size - (long) each * i));
      }
    }
    if (sizes.length < call.outputs()
        || Arrays.stream(sizes).anyMatch(each -> each < 0 || each > size)
        || Arrays.stream(sizes).sum() != size) {
      throw Call.refused(
          "split", Arrays.toString(sizes), "parts of dimension " + axis + ", " + size);
    }
    List<Datum> parts = new ArrayList<>();
    int first = 0;
    for (int i = 0; i < call.outputs(); i++) {
      int[] indices = Move.steps(first, 1, (int) sizes[i]);
      parts.add(moved(call, from, Move.pick(from.dims(), axis, indices), 0));
      first += (int) sizes[i];
    }
    return parts;
  }

  static List<Datum> gather(Call call) throws Refusal {
    Datum from = call.any(0);
    int axis = Dims.axis(call.integer("axis", 0), from.rank());
    boolean ofEach =
        axis == call.batchAxis(from)
            && call.any(1) instanceof Constant images
            && call.batchAxis(images) >= 0;
    Constant stated = ofEach ? call.constantOfImages(1) : call.constant(1);
    if (!ofEach) {
      call.requireNotBatch(from, axis);
    }
    int size = from.dims()[axis];
    long[] indices = stated.integers();
    int[] picked = new int[indices.length];
    for (int i = 0; i < picked.length; i++) {
      if (ofEach && (stated.perImage(i) != size || indices[i] < 0 || indices[i] >= size)) {
        throw Refusal.ofBatch("it takes elements of one image for another");
      }
      long index = indices[i] < 0 ? indices[i] + size : indices[i];
      if (index < 0 || index >= size) {
        throw new Refusal("index is " + indices[i] + ", wanted below " + size);
      }
      picked[i] = (int) index;
    }
    Datum gathered = moved(call, from, Move.pick(from.dims(), axis, picked), 0);
    int inner = stated.rank();
    int[] dims = new int[from.rank() - 1 + inner];
    System.arraycopy(from.dims(), 0, dims, 0, axis);
    System.arraycopy(stated.dims(), 0, dims, axis, inner);
    System.arraycopy(from.dims(), axis + 1, dims, axis + inner, from.rank() - 1 - axis);
    int batch = call.batchAxis(from);
    int after = ofEach ? axis + stated.batchAxis() : batch > axis ? batch + inner - 1 : batch;
    return List.of(call.batchAt(after, from, Reshapes.reshaped(call, gathered, dims)));
  }

  static List<Datum> expand(Call call) throws Refusal {
    Datum from = call.any(0);
    Constant shape = call.constant(1);
    int rank = shape.elements();
    int batch = call.batchAxis(from);
    int axis = batchAxis(call, from, shape);
    int[] stated = new int[rank];
    for (int i = 0; i < rank; i++) {
      long size = shape.integer(i);
      if (i == axis - Math.max(0, from.rank() - rank) && (size != 1 || shape.perBatch(i) != 0)) {
        size = call.scope().perImage(size, shape.perBatch(i));
      } else if (shape.perBatch(i) != 0) {
        throw Refusal.ofBatch("the batch becomes dimension " + i);
      }
      if (size < 0 || size > Dims.MOST_ELEMENTS) {
        throw new Refusal("dimension " + i + " of its shape is " + size);
      }
      stated[i] = (int) size;
    }
    int[] to = Dims.broadcast(from.dims(), stated);
    if (batch >= 0 && to[axis] != from.dims()[batch]) {
      throw Refusal.ofBatch("it changes dimension " + batch + ", the batch");
    }
    return List.of(call.batchAt(axis, from, expanded(call, from, to)));
  }

  /**
   * Where the batch is afterwards: where it was, or where a constant is repeated for each image.
   */
  private static int batchAxis(Call call, Datum from, Constant shape) {
    int before = call.batchAxis(from);
    int rank = shape.elements();
    if (before >= 0) {
      return before + Math.max(0, rank - from.rank());
    }
    for (int i = 0; call.scope().isBatched() && i < rank; i++) {
      if (shape.perBatch(i) != 0) {
        return i + Math.max(0, from.rank() - rank);
      }
    }
    return -1;
  }

  /**
   * Returns a value repeated along dimensions of 1, and with ones in front.
   *
   * @throws Refusal if the result is too large
   */
  static Datum expanded(Call call, Datum from, int... to) throws Refusal {
    int[] padded = Dims.padded(from.dims(), to.length);
    if (Arrays.equals(padded, to)) {
      return padded.length == from.rank() ? from : Reshapes.reshaped(call, from, to);
    }
    return moved(call, Reshapes.reshaped(call, from, padded), Move.expand(padded, to), 0);
  }

  static List<Datum> tile(Call call) throws Refusal {
    Datum from = call.input(0);
    long[] repeats = call.constant(1).integers();
    if (repeats.length != from.rank()) {
      throw new Refusal("it has " + repeats.length + " repeats, wanted " + from.rank());
    }
    int[] @Nullable [] picked = new int[from.rank()][];
    int[] to = from.dims().clone();
    for (int i = 0; i < repeats.length; i++) {
      long size = Math.multiplyHigh(repeats[i], to[i]) == 0 ? repeats[i] * to[i] : -1;
      if (size < 0 || size > Dims.MOST_ELEMENTS) {
        throw new Refusal("repeat " + i + " is " + repeats[i] + ", wanted fewer, at least 0");
      }
      to[i] = (int) size;
    }
    Dims.elements(to);
    for (int i = 0; i < repeats.length; i++) {
      if (repeats[i] != 1) {
        call.requireNotBatch(from, i);
        int size = from.dims()[i];
        Move.requireFew(to[i]);
        picked[i] = new int[to[i]];
        Arrays.setAll(picked[i], at -> at % size);
      }
    }
    return List.of(moved(call, from, Move.pick(from.dims(), picked), 0));
  }

  static List<Datum> depthToSpace(Call call) throws Refusal {
    Datum from = call.input(0);
    int block = block(call, from);
    String mode = call.text("mode", "DCR");
    if (!mode.equals("DCR") && !mode.equals("CRD")) {
      throw Call.refused("mode", mode, "DCR or CRD");
    }
    int[] d = from.dims();
    if (d[1] % ((long) block * block) != 0) {
      throw new Refusal("there are " + d[1] + " channels, wanted a multiple of blocksize squared");
    }
    int channels = d[1] / (block * block);
    boolean first = mode.equals("DCR");
    int[] split =
        first
            ? new int[] {d[0], block, block, channels, d[2], d[3]}
            : new int[] {d[0], channels, block, block, d[2], d[3]};
    int[] order = first ? new int[] {0, 3, 4, 1, 5, 2} : new int[] {0, 1, 4, 2, 5, 3};
    Datum moved =
        moved(call, Reshapes.reshaped(call, from, split), Move.transpose(split, order), 0);
    return List.of(Reshapes.reshaped(call, moved, d[0], channels, d[2] * block, d[3] * block));
  }

  static List<Datum> spaceToDepth(Call call) throws Refusal {
    Datum from = call.input(0);
    int block = block(call, from);
    int[] d = from.dims();
    if (d[2] % block != 0 || d[3] % block != 0) {
      throw new Refusal("planes are " + d[2] + "x" + d[3] + ", wanted multiples of " + block);
    }
    int[] split = {d[0], d[1], d[2] / block, block, d[3] / block, block};
    Datum moved =
        moved(
            call, Reshapes.reshaped(call, from, split), Move.transpose(split, 0, 3, 5, 1, 2, 4), 0);
    return List.of(
        Reshapes.reshaped(call, moved, d[0], d[1] * block * block, d[2] / block, d[3] / block));
  }

  private static int block(Call call, Datum from) throws Refusal {
    long block = call.integer("blocksize", 0);
    if (block < 1 || block > 1 << 12 || from.rank() != 4) {
      throw Call.refused("blocksize", block, "1 to 4096 on 4 dimensions");
    }
    return (int) block;
  }
}
