package dev.shiftwise.backend.cpuvector;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;

/**
 * The code of a {@link PixelTile}:
 *
 * <pre>{@code
 * sum[o][v] = bias[o] (+ residual[o][v])
 * for every input channel
 *   x[v] = load(row + v)                         3 loads
 *   for every output o
 *     w = broadcast(weight[o])                   8 broadcasts
 *     sum[o][v] = fma(x[v], w, sum[o][v])       24 multiply-adds
 * store(clamp(sum[o][v]))
 * }</pre>
 */
final class PixelTileCode extends TileCode {
  // The locals of PixelTile.run's parameters; a long takes two.
  private static final int ROWS = 1;
  private static final int CHANNEL = 2;
  private static final int INPUTS = 3;
  private static final int WEIGHTS = 4;
  private static final int AT = 5;
  private static final int OFFSET = 6;
  private static final int OUT = 8;
  private static final int OUT_PITCH = 10;
  private static final int RESIDUAL = 12;
  private static final int RESIDUAL_PITCH = 14;

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
    start(sums);
    accumulate(sums);
    clamp(sums);
    for (int o = 0; o < sums.length; o++) {
      for (int v = 0; v < shape.vectors(); v++) {
        store(sums[o][v], OUT, o, OUT_PITCH, (long) v * vectorBytes);
      }
    }
    code.return_();
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
    int end = code.allocateLocal(TypeKind.INT);
    code.iload(CHANNEL).iload(INPUTS).iadd().istore(end);
    int row = code.allocateLocal(TypeKind.LONG);
    int[] x = vectors(shape.vectors());
    int w = vector();
    code.iinc(AT, PackedWeights.BLOCK);
    loop(
        CHANNEL,
        end,
        () -> {
          code.aload(ROWS).iload(CHANNEL).laload().lload(OFFSET).ladd().lstore(row);
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
    if (shape.clamp() != Clamp.NONE) {
      replaceAll(sums, "LE", 0f);
    }
    if (shape.clamp() == Clamp.BELOW_ZERO_AND_ABOVE_SIX) {
      replaceAll(sums, "GT", 6f);
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
