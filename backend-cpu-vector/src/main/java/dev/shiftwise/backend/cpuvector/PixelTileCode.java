package dev.shiftwise.backend.cpuvector;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;

/**
 * The code of a {@link PixelTile}:
 *
 * <pre>{@code
 * for every block
 *   sum[o][v] = bias[o] (+ residual[o][v])
 *   for every input channel
 *     x[v] = load(row + v)                         2 loads
 *     for every output o
 *       w = broadcast(weight[o])                   8 broadcasts
 *       sum[o][v] = fma(x[v], w, sum[o][v])       16 multiply-adds
 *   store(clamp(sum[o][v]))
 * }</pre>
 */
final class PixelTileCode extends TileCode {
  // The locals of PixelTile.run's parameters; a long takes two.
  private static final int ROWS = 1;
  private static final int FIRST = 2;
  private static final int INPUTS = 3;
  private static final int WEIGHTS = 4;
  private static final int AT = 5;
  private static final int BLOCKS = 6;
  private static final int OFFSET = 7;
  private static final int OUT = 9;
  private static final int OUT_PITCH = 11;
  private static final int RESIDUAL = 13;
  private static final int RESIDUAL_PITCH = 15;

  private final TileShape shape;
  private final int vectorBytes;

  PixelTileCode(CodeBuilder code, TileShape shape) {
    super(code, shape.bits());
    this.shape = shape;
    this.vectorBytes = shape.bits() / Byte.SIZE;
  }

  @Override
  void emit() {
    int[][] sums = new int[shape.outputs()][];
    for (int o = 0; o < sums.length; o++) {
      sums[o] = vectors(shape.vectors());
    }
    Label block = code.newLabel();
    code.labelBinding(block);
    start(sums);
    accumulate(sums);
    clamp(sums);
    for (int o = 0; o < sums.length; o++) {
      for (int v = 0; v < shape.vectors(); v++) {
        store(sums[o][v], OUT, o, OUT_PITCH, (long) v * vectorBytes);
      }
    }
    advance(OUT, OUT_PITCH);
    advance(RESIDUAL, RESIDUAL_PITCH);
    // AT has come to the next block by itself.
    code.iinc(BLOCKS, -1).iload(BLOCKS).ifgt(block).return_();
  }

  private void advance(int address, int pitch) {
    code.lload(pitch).loadConstant((long) PackedWeights.BLOCK).lmul();
    code.lload(address).ladd().lstore(address);
  }

  private void start(int[][] sums) {
    int bias = vector();
    for (int o = 0; o < sums.length; o++) {
      broadcastElement(WEIGHTS, AT, o);
      code.astore(bias);
      for (int v = 0; v < shape.vectors(); v++) {
        code.aload(bias);
        if (shape.residual()) {
          load(RESIDUAL, o, RESIDUAL_PITCH, (long) v * vectorBytes);
          add();
        }
        code.astore(sums[o][v]);
      }
    }
  }

  private void accumulate(int[][] sums) {
    int channel = code.allocateLocal(TypeKind.INT);
    int end = code.allocateLocal(TypeKind.INT);
    code.iload(FIRST).istore(channel).iload(FIRST).iload(INPUTS).iadd().istore(end);
    int row = code.allocateLocal(TypeKind.LONG);
    int[] x = vectors(shape.vectors());
    int w = vector();
    code.iinc(AT, PackedWeights.BLOCK);
    loop(
        channel,
        end,
        () -> {
          code.aload(ROWS).iload(channel).laload().lload(OFFSET).ladd().lstore(row);
          for (int v = 0; v < x.length; v++) {
            load(row, (long) v * vectorBytes);
            code.astore(x[v]);
          }
          for (int o = 0; o < sums.length; o++) {
            broadcastElement(WEIGHTS, AT, o);
            code.astore(w);
            for (int v = 0; v < x.length; v++) {
              fma(sums[o][v], x[v], w);
            }
          }
          code.iinc(AT, PackedWeights.BLOCK);
        });
  }

  private void clamp(int[][] sums) {
    if (shape.clamp().hasLow()) {
      replaceAll(sums, "LE", shape.clamp().low());
    }
    if (shape.clamp().hasHigh()) {
      replaceAll(sums, "GT", shape.clamp().high());
    }
  }

  private void replaceAll(int[][] sums, String comparison, float value) {
    int limit = vector();
    broadcastConstant(value);
    code.astore(limit);
    for (int[] output : sums) {
      for (int sum : output) {
        replaceWhere(sum, comparison, limit);
      }
    }
  }
}
