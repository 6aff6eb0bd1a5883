package dev.shiftwise.models.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Elements read from and written to places that constants say: what exporters make of indices. */
final class Scatters {
  private Scatters() {}

  /** Indices into the first dimensions of a value, and what they ask of the batch. */
  private static final class Places {
    final int[] offsets;
    final int depth;
    final int[] dims;
    final int batchAxis;

    Places(int[] offsets, int depth, int[] dims, int batchAxis) {
      this.offsets = offsets;
      this.depth = depth;
      this.dims = dims;
      this.batchAxis = batchAxis;
    }
  }

  static List<Datum> gatherNd(Call call) throws Refusal {
    if (call.integer("batch_dims", 0) != 0) {
      throw Call.refused("batch_dims", call.integer("batch_dims", 0), "0");
    }
    Datum from = call.any(0);
    Places places = places(call, from, call.constantOfImages(1));
    Dims.elements(places.dims);
    List<int[]> tables = new ArrayList<>();
    tables.add(places.offsets);
    List<int[]> whole = Move.whole(from.dims());
    tables.addAll(whole.subList(places.depth, whole.size()));
    Datum moved = Moves.moved(call, from, new Move(places.dims, tables), 0);
    return List.of(call.batchAt(places.batchAxis, from, moved));
  }

  static List<Datum> scatterNd(Call call) throws Refusal {
    requireNoReduction(call);
    Datum from = call.any(0);
    Datum updates = call.any(2);
    Places places = places(call, from, call.constantOfImages(1));
    if (!Arrays.equals(updates.dims(), places.dims)) {
      throw new Refusal(
          "its updates are " + Dims.text(updates.dims()) + ", wanted " + Dims.text(places.dims));
    }
    requireAlike(call, updates, places.batchAxis);
    int slice = (int) Dims.elements(from.dims(), places.depth, from.rank());
    int[] targets = new int[updates.dims().length == 0 ? 1 : places.offsets.length * slice];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = places.offsets[i / slice] + i % slice;
    }
    return List.of(written(call, from, updates, targets));
  }

  static List<Datum> gatherElements(Call call) throws Refusal {
    Datum from = call.any(0);
    Constant indices = call.constantOfImages(1);
    int[] places = elements(call, from, indices);
    Datum moved = Moves.moved(call, from, new Move(indices.dims(), List.of(places)), 0);
    return List.of(call.batchAt(call.batchAxis(from), from, moved));
  }

  static List<Datum> scatterElements(Call call) throws Refusal {
    requireNoReduction(call);
    Datum from = call.any(0);
    Constant indices = call.constantOfImages(1);
    Datum updates = call.any(2);
    int[] targets = elements(call, from, indices);
    if (!Arrays.equals(updates.dims(), indices.dims())) {
      throw new Refusal(
          "its updates are " + Dims.text(updates.dims()) + ", wanted " + Dims.text(indices.dims()));
    }
    requireAlike(call, updates, call.batchAxis(from));
    return List.of(written(call, from, updates, targets));
  }

  private static void requireNoReduction(Call call) throws Refusal {
    String reduction = call.text("reduction", "none");
    if (!reduction.equals("none")) {
      throw Call.refused("reduction", reduction, "none");
    }
  }

  private static void requireAlike(Call call, Datum updates, int axis) throws Refusal {
    if (call.batchAxis(updates) != axis) {
      throw Refusal.ofBatch(
          "the batch is dimension " + call.batchAxis(updates) + " of its updates, wanted " + axis);
    }
  }

  /** Of what is written twice to one place the last counts; ONNX leaves that open. */
  private static Datum written(Call call, Datum from, Datum updates, int[] targets) throws Refusal {
    int count = Dims.elements(from.dims());
    if (count == 0 || !call.scope().follow(count)) {
      throw new Refusal("it writes into a value of " + count + " elements, wanted 1 to 2^22");
    }
    int[] part = new int[count];
    int[] index = Move.steps(0, 1, count);
    for (int i = 0; i < targets.length; i++) {
      part[targets[i]] = 1;
      index[targets[i]] = i;
    }
    Datum made = Patchwork.of(call, from.dims(), List.of(from, updates), part, index);
    int axis = call.batchAxis(from);
    return axis < 0 ? made : made.withBatchAxis(axis);
  }

  private static Places places(Call call, Datum from, Constant indices) throws Refusal {
    int[] own = indices.dims();
    int[] dims = from.dims();
    if (own.length == 0 || own[own.length - 1] < 1 || own[own.length - 1] > dims.length) {
      throw new Refusal(
          "its indices are " + Dims.text(own) + ", wanted 1 to " + dims.length + " at the end");
    }
    int depth = own[own.length - 1];
    int[] strides = Dims.strides(dims);
    int[] to = new int[own.length - 1 + dims.length - depth];
    System.arraycopy(own, 0, to, 0, own.length - 1);
    System.arraycopy(dims, depth, to, own.length - 1, dims.length - depth);
    int batch = call.batchAxis(from);
    int axis = batch;
    if (batch >= depth) {
      axis = own.length - 1 + batch - depth;
      requireAlike(call, indices, -1);
    } else if (batch >= 0) {
      axis = indices.batchAxis();
    }
    if (batch < 0 ? call.batchAxis(indices) >= 0 : axis < 0 || axis >= to.length) {
      throw Refusal.ofBatch("its indices do not go along with the batch");
    }
    int count = (int) Dims.elements(own, 0, own.length - 1);
    call.scope().fold(count);
    Move.requireFew(count);
    int[] offsets = new int[count];
    for (int i = 0; i < count; i++) {
      for (int d = 0; d < depth; d++) {
        offsets[i] += strides[d] * place(indices, i * depth + d, dims[d], d == batch);
      }
    }
    return new Places(offsets, depth, to, axis);
  }

  /** An index, of an image into what there is of that image. */
  private static int place(Constant indices, int i, int size, boolean isBatch) throws Refusal {
    long index = indices.integer(i);
    if (indices.isReal() || indices.perBatch(i) != 0) {
      throw Refusal.ofBatch("its indices are " + indices.kind() + " or count the batch");
    }
    if (indices.perImage(i) != (isBatch ? 1 : 0) || (isBatch && (size != 1 || index != 0))) {
      throw Refusal.ofBatch("it takes elements of one image for another");
    }
    long counted = index < 0 ? index + size : index;
    if (counted < 0 || counted >= size) {
      throw new Refusal("index is " + index + ", wanted below " + size);
    }
    return (int) counted;
  }

  /** For each index the element that it means: its own place, but along the axis. */
  private static int[] elements(Call call, Datum from, Constant indices) throws Refusal {
    int[] dims = from.dims();
    int[] own = indices.dims();
    int axis = Dims.axis(call.integer("axis", 0), dims.length);
    call.requireNotBatch(from, axis);
    int batch = call.batchAxis(from);
    requireAlike(call, indices, batch);
    boolean fits = own.length == dims.length;
    for (int i = 0; fits && i < own.length; i++) {
      fits = i == axis || (i == batch ? own[i] == dims[i] : own[i] <= dims[i]);
    }
    if (!fits) {
      throw new Refusal("its indices are " + Dims.text(own) + " into " + Dims.text(dims));
    }
    int count = Dims.elements(own);
    call.scope().fold(count);
    Move.requireFew(count);
    int[] strides = Dims.strides(dims);
    int[] ownStrides = Dims.strides(own);
    int[] places = new int[count];
    for (int i = 0; i < count; i++) {
      for (int d = 0; d < own.length; d++) {
        int at = i / ownStrides[d] % own[d];
        places[i] += strides[d] * (d == axis ? place(indices, i, dims[d], false) : at);
      }
    }
    return places;
  }
}
