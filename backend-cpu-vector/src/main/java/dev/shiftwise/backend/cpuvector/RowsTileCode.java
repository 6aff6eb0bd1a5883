package dev.shiftwise.backend.cpuvector;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;

/**
 * The code of a {@link RowsTile}. C2 makes three loops of one over the few vectors of a row; here
 * they stand one behind the other.
 */
final class RowsTileCode extends TileCode {
  // The locals of RowsTile.run's parameters; a long takes two.
  private static final int IN = 1;
  private static final int OUT = 3;
  private static final int ROWS = 5;

  /** Vectors of a row up to which there is no loop over them. */
  private static final int UNROLLED = 16;

  private final RowsShape shape;
  private int indices = -1;
  private int padding = -1;
  private int mask = -1;

  RowsTileCode(CodeBuilder code, RowsShape shape) {
    super(code, shape.bits());
    this.shape = shape;
  }

  @Override
  void emit() {
    int lanes = shape.lanes();
    if (shape.stride() == 2) {
      indices = places(2);
    }
    if (shape.count() < lanes) {
      padding = vector();
      broadcastConstant(shape.padding());
      code.astore(padding);
      int count = vector();
      broadcastConstant((float) shape.count());
      code.astore(count);
      mask = vector();
      compare(places(1), "LT", count);
      code.astore(mask);
    }
    Label row = code.newLabel();
    code.labelBinding(row);
    requireAddress(IN);
    requireAddress(OUT);
    int last = Math.max(0, shape.count() - lanes);
    if (shape.count() <= UNROLLED * lanes) {
      for (int x = 0; x < shape.count(); x += lanes) {
        copy(IN, OUT, Math.min(x, last));
      }
    } else {
      copyLongRow(last);
    }
    code.lload(IN).loadConstant(shape.inPitch()).ladd().lstore(IN);
    code.lload(OUT).loadConstant(shape.outPitch()).ladd().lstore(OUT);
    code.iinc(ROWS, -1).iload(ROWS).ifgt(row).return_();
  }

  private void copyLongRow(int last) {
    int x = code.allocateLocal(TypeKind.INT);
    int end = code.allocateLocal(TypeKind.INT);
    code.loadConstant(0).istore(x).loadConstant(last).istore(end);
    loop(
        x,
        end,
        shape.lanes(),
        () -> {
          int from = address(IN, x, shape.stride());
          int to = address(OUT, x, 1);
          copy(from, to, 0);
        });
    copy(IN, OUT, last);
  }

  private int address(int base, int x, int stride) {
    int address = code.allocateLocal(TypeKind.LONG);
    code.lload(base).iload(x).i2l().loadConstant((long) stride * Float.BYTES).lmul().ladd();
    code.lstore(address);
    requireAddress(address);
    return address;
  }

  /** Copies the vector that is written at {@code to + x} elements. */
  private void copy(int from, int to, int x) {
    long at = (long) x * shape.stride() * Float.BYTES;
    int value = vector();
    if (shape.stride() == 2) {
      code.aload(indices);
      load(from, at);
      load(from, at + shape.bits() / Byte.SIZE);
      selectFromTwo();
    } else {
      load(from, at);
    }
    code.astore(value);
    if (mask >= 0) {
      code.aload(padding).aload(value).aload(mask);
      blend();
      code.astore(value);
    }
    store(value, to, (long) x * Float.BYTES);
  }
}
