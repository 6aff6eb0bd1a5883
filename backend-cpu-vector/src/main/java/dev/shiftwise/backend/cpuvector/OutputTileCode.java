package dev.shiftwise.backend.cpuvector;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;

/**
 * The code of an {@link OutputTile}:
 *
 * <pre>{@code
 * sum[b][p] = load(bias[b])
 * for every input channel
 *   w[b] = load(weight[b])
 *   for every pixel p
 *     x = broadcast(row[p])
 *     sum[b][p] = fma(w[b], x, sum[b][p])
 * store(sum[b][p])
 * }</pre>
 */
final class OutputTileCode extends TileCode {
  // The locals of OutputTile.run's parameters; a long takes two.
  private static final int ROWS = 1;
  private static final int CHANNEL = 2;
  private static final int INPUTS = 3;
  private static final int WEIGHTS = 4;
  private static final int AT = 5;
  private static final int BLOCK_FLOATS = 6;
  private static final int OFFSET = 7;
  private static final int SUMS = 9;

  private final int lanes;
  private final int blocks;
  private final int pixels;
  private final int stride;

  OutputTileCode(CodeBuilder code, OutputShape shape) {
    super(code, shape.bits());
    this.lanes = shape.lanes();
    this.blocks = shape.blocks();
    this.pixels = shape.pixels();
    this.stride = shape.stride();
  }

  @Override
  void emit() {
    int[][] sums = new int[blocks][];
    int[] at = new int[blocks];
    for (int b = 0; b < blocks; b++) {
      at[b] = code.allocateLocal(TypeKind.INT);
      code.iload(AT).iload(BLOCK_FLOATS).loadConstant(b).imul().iadd().istore(at[b]);
      sums[b] = vectors(pixels);
      for (int sum : sums[b]) {
        loadArray(WEIGHTS, at[b]);
        code.astore(sum);
      }
      code.iinc(at[b], stride);
    }
    accumulate(sums, at);
    for (int b = 0; b < blocks; b++) {
      for (int p = 0; p < pixels; p++) {
        storeArray(sums[b][p], SUMS, (b * pixels + p) * lanes);
      }
    }
    code.return_();
  }

  private void accumulate(int[][] sums, int[] at) {
    int end = code.allocateLocal(TypeKind.INT);
    code.iload(CHANNEL).iload(INPUTS).iadd().istore(end);
    int row = code.allocateLocal(TypeKind.LONG);
    int[] w = vectors(blocks);
    int x = vector();
    loop(
        CHANNEL,
        end,
        1,
        () -> {
          code.aload(ROWS).iload(CHANNEL).laload().lload(OFFSET).ladd().lstore(row);
          for (int b = 0; b < blocks; b++) {
            loadArray(WEIGHTS, at[b]);
            code.astore(w[b]);
            code.iinc(at[b], stride);
          }
          for (int p = 0; p < pixels; p++) {
            broadcastMemory(row, (long) p * Float.BYTES);
            code.astore(x);
            for (int b = 0; b < blocks; b++) {
              fma(sums[b][p], w[b], x);
            }
          }
        });
  }
}
