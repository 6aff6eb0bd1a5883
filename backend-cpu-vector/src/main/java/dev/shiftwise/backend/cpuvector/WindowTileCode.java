package dev.shiftwise.backend.cpuvector;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The code of a {@link WindowTile}; where the taps stand is part of it:
 *
 * <pre>{@code
 * w[t] = broadcast(values[t])
 * for every two rows of outputs
 *   for every vector of them
 *     sum[r] = bias
 *     for every place that a tap t of a row r reads
 *       x = load(place)
 *       sum[r] = fma(x, w[t], sum[r])      for all r and t that read it
 *     store(clamp(sum[r]))
 * }</pre>
 *
 * <p>Loads, half of which reach into a second cache line, take longer than the multiply-adds: two
 * rows of outputs read two thirds of what each by itself would.
 */
final class WindowTileCode extends TileCode {
  // The locals of WindowTile.run's parameters; a long takes two.
  private static final int IN = 1;
  private static final int VALUES = 3;
  private static final int AT = 4;
  private static final int PARTIAL = 5;
  private static final int OUT = 7;
  private static final int TURNS = 9;

  /** Loads of a row up to which there is no loop over its vectors. */
  private static final int UNROLLED = 24;

  private final WindowShape shape;
  private final SortedSet<Long> places = new TreeSet<>();

  /** The locals of the weights, the bias and the limits, or -1. */
  private final int[] weights;

  private int bias = -1;
  private int low = -1;
  private int high = -1;

  WindowTileCode(CodeBuilder code, WindowShape shape) {
    super(code, shape.bits());
    this.shape = shape;
    this.weights = new int[shape.taps().size()];
    for (int r = 0; r < shape.rows(); r++) {
      for (long tap : shape.taps()) {
        places.add(tap + (long) r * shape.pitch());
      }
    }
  }

  @Override
  void emit() {
    loadConstants();
    Label turn = code.newLabel();
    code.labelBinding(turn);
    int lanes = shape.lanes();
    // Where sums are left for another tile no vector overlaps the one before it.
    int last = shape.last() ? Math.max(0, shape.width() - lanes) : shape.width();
    if (shape.vectors() * places.size() <= UNROLLED) {
      for (int v = 0; v < shape.vectors(); v++) {
        code.loadConstant(Math.min(v * lanes, last));
        computeVector();
      }
    } else {
      int column = code.allocateLocal(TypeKind.INT);
      int end = code.allocateLocal(TypeKind.INT);
      code.loadConstant(0).istore(column).loadConstant(shape.width()).istore(end);
      loop(
          column,
          end,
          lanes,
          () -> {
            code.iload(column);
            if (shape.last() && shape.width() % lanes != 0) {
              code.loadConstant(last);
              smaller();
            }
            computeVector();
          });
    }
    advance(IN, shape.pitch());
    advance(OUT, shape.width() * Float.BYTES);
    if (!shape.first() || !shape.last()) {
      advance(PARTIAL, shape.partialPitch());
    }
    if (shape.kind() == WindowShape.Kind.SCALED_SUM) {
      code.iload(AT).loadConstant(shape.rows() * shape.width()).iadd().istore(AT);
    }
    code.iinc(TURNS, -1).iload(TURNS).ifgt(turn).return_();
  }

  private void advance(int address, int rowBytes) {
    code.lload(address).loadConstant((long) shape.rows() * rowBytes).ladd().lstore(address);
  }

  private void loadConstants() {
    if (shape.kind() == WindowShape.Kind.WEIGHTED_SUM) {
      int before = 0;
      if (shape.first()) {
        before = 1;
        bias = vector();
        broadcastElement(VALUES, AT, 0);
        code.astore(bias);
      }
      for (int t = 0; t < weights.length; t++) {
        weights[t] = vector();
        broadcastElement(VALUES, AT, before + t);
        code.astore(weights[t]);
      }
    }
    if (shape.last()) {
      low = limit(shape.clamp().hasLow(), shape.clamp().low());
      high = limit(shape.clamp().hasHigh(), shape.clamp().high());
    }
  }

  private int limit(boolean wanted, float value) {
    if (!wanted) {
      return -1;
    }
    int limit = vector();
    broadcastConstant(value);
    code.astore(limit);
    return limit;
  }

  /** Computes the vectors of outputs whose first column is on the stack. */
  private void computeVector() {
    int column = code.allocateLocal(TypeKind.INT);
    code.istore(column);
    int from = address(IN, column);
    int partial = shape.first() && shape.last() ? -1 : address(PARTIAL, column);
    int[] sums = vectors(shape.rows());
    boolean firstOfAll = shape.kind() == WindowShape.Kind.MAX && shape.first();
    for (int r = 0; r < sums.length; r++) {
      if (!firstOfAll) {
        start(partial, r);
        code.astore(sums[r]);
      }
    }
    int x = vector();
    for (long place : places) {
      load(from, place);
      code.astore(x);
      for (int r = 0; r < sums.length; r++) {
        int t = shape.taps().indexOf(place - (long) r * shape.pitch());
        if (t == 0 && firstOfAll) {
          code.aload(x).astore(sums[r]);
        } else if (t >= 0) {
          tap(sums[r], x, weights[t]);
        }
      }
      // Else C2 loads all places first, and the weights are no longer in registers.
      keepOrder();
    }
    if (!shape.last()) {
      for (int r = 0; r < sums.length; r++) {
        store(sums[r], partial, (long) r * shape.partialPitch());
      }
      return;
    }
    int to = address(OUT, column);
    for (int r = 0; r < sums.length; r++) {
      finish(sums[r], column, r);
      store(sums[r], to, (long) r * shape.width() * Float.BYTES);
    }
  }

  private int address(int base, int column) {
    int address = code.allocateLocal(TypeKind.LONG);
    code.lload(base).iload(column).i2l().loadConstant((long) Float.BYTES).lmul().ladd();
    code.lstore(address);
    requireAddress(address);
    return address;
  }

  /** Leaves what the taps of a row are added to. */
  private void start(int partial, int row) {
    if (!shape.first()) {
      load(partial, (long) row * shape.partialPitch());
    } else if (bias >= 0) {
      code.aload(bias);
    } else {
      broadcastConstant(0f);
    }
  }

  private void tap(int sum, int x, int weight) {
    switch (shape.kind()) {
      case WEIGHTED_SUM -> fma(sum, x, weight);
      case SCALED_SUM -> {
        code.aload(sum).aload(x);
        add();
        code.astore(sum);
      }
      case MAX -> {
        code.aload(sum).aload(x);
        max();
        code.astore(sum);
      }
    }
  }

  private void finish(int sum, int column, int row) {
    if (shape.kind() == WindowShape.Kind.SCALED_SUM) {
      int index = code.allocateLocal(TypeKind.INT);
      code.iload(AT).iload(column).iadd().loadConstant(row * shape.width()).iadd().istore(index);
      code.aload(sum);
      loadArray(VALUES, index);
      multiply();
      code.astore(sum);
    }
    if (low >= 0) {
      replaceWhere(sum, "LE", low);
    }
    if (high >= 0) {
      replaceWhere(sum, "GT", high);
    }
  }
}
