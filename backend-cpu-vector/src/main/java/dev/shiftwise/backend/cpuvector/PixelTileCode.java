package dev.shiftwise.backend.cpuvector;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;

/**
 * The code of a {@link PixelTile}:
 *
 * <pre>{@code
 * every time
 *   sum[o][v] = bias[o] (+ residual[o][v])
 *   for every input channel
 *     x[v] = load(row + v)                         2 loads
 *     for every output o
 *       w = broadcast(weight[o])                   8 broadcasts
 *       sum[o][v] = fma(x[v], w, sum[o][v])       16 multiply-adds
 *   store(clamp(sum[o][v]))
 * }</pre>
 *
 * <p>With 16 registers, of which sums and pixels leave one or two, all depends on how C2 orders the
 * loads: two broadcasts ahead of their use, and a sum is spilled and goes through memory in every
 * turn (half the speed). A fence behind each output, which is no instruction on x86, keeps them in
 * this order; several channels a turn make up for the checks that stay in the loop.
 */
final class PixelTileCode extends TileCode {
  // The locals of PixelTile.run's parameters; a long takes two.
  private static final int ROWS = 1;
  private static final int FIRST = 2;
  private static final int INPUTS = 3;
  private static final int WEIGHTS = 4;
  private static final int AT = 5;
  private static final int AT_STEP = 6;
  private static final int TIMES = 7;
  private static final int OFFSET = 8;
  private static final int OFFSET_STEP = 10;
  private static final int OUT = 12;
  private static final int OUT_STEP = 14;
  private static final int OUT_PITCH = 16;
  private static final int RESIDUAL = 18;
  private static final int RESIDUAL_STEP = 20;
  private static final int RESIDUAL_PITCH = 22;

  private final PixelShape shape;
  private final int vectorBytes;

  /** The local that goes along the weights. */
  private final int weight;

  /** The local that goes along packed pixels. */
  private int packed;

  PixelTileCode(CodeBuilder code, PixelShape shape) {
    super(code, shape.bits());
    this.shape = shape;
    this.vectorBytes = shape.bits() / Byte.SIZE;
    this.weight = code.allocateLocal(TypeKind.INT);
  }

  @Override
  void emit() {
    int[][] sums = new int[shape.outputs()][];
    for (int o = 0; o < sums.length; o++) {
      sums[o] = vectors(shape.vectors());
    }
    Label again = code.newLabel();
    code.labelBinding(again).iload(AT).istore(weight);
    start(sums);
    accumulate(sums);
    clamp(sums);
    int to = code.allocateLocal(TypeKind.LONG);
    code.lload(OUT).lstore(to);
    for (int[] output : sums) {
      if (shape.fewRegisters()) {
        requireAddress(to);
      }
      for (int v = 0; v < output.length; v++) {
        store(output[v], to, (long) v * vectorBytes);
      }
      code.lload(to).lload(OUT_PITCH).ladd().lstore(to);
    }
    code.iload(AT).iload(AT_STEP).iadd().istore(AT);
    advance(OFFSET, OFFSET_STEP);
    advance(OUT, OUT_STEP);
    advance(RESIDUAL, RESIDUAL_STEP);
    code.iinc(TIMES, -1).iload(TIMES).ifgt(again).return_();
  }

  private void advance(int address, int step) {
    code.lload(address).lload(step).ladd().lstore(address);
  }

  private void start(int[][] sums) {
    int bias = vector();
    for (int o = 0; o < sums.length; o++) {
      broadcastElement(WEIGHTS, weight, o);
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
    if (isPacked()) {
      packed = code.allocateLocal(TypeKind.LONG);
      code.aload(ROWS).iload(FIRST).laload().lload(OFFSET).ladd().lstore(packed);
    }
    code.iinc(weight, shape.stride());
    if (shape.fewRegisters()) {
      int turn = shape.turn();
      loopUntil(channel, end, turn, () -> multiply(sums, channel, turn));
    } else {
      loop(channel, end, 1, () -> multiply(sums, channel, 1));
    }
  }

  /** Adds what some input channels give to all sums. */
  private void multiply(int[][] sums, int channel, int channels) {
    if (isPacked()) {
      requireAddress(packed);
    }
    for (int c = 0; c < channels; c++) {
      int row = isPacked() ? packed : row(channel, c);
      long behind = isPacked() ? (long) c * shape.channelPitch() : 0;
      int[] x = vectors(shape.vectors());
      for (int v = 0; v < x.length; v++) {
        load(row, behind + (long) v * vectorBytes);
        code.astore(x[v]);
      }
      int w = vector();
      for (int o = 0; o < sums.length; o++) {
        broadcastElement(WEIGHTS, weight, c * shape.stride() + o);
        code.astore(w);
        for (int v = 0; v < x.length; v++) {
          fma(sums[o][v], x[v], w);
        }
        if (shape.fewRegisters()) {
          keepOrder();
        }
      }
    }
    code.iinc(weight, channels * shape.stride());
    if (isPacked()) {
      code.lload(packed).loadConstant((long) channels * shape.channelPitch()).ladd();
      code.lstore(packed);
    }
  }

  private boolean isPacked() {
    return shape.channelPitch() > 0;
  }

  /** Returns a local with the address of a channel's pixels. */
  private int row(int channel, int plus) {
    int row = code.allocateLocal(TypeKind.LONG);
    code.aload(ROWS).iload(channel).loadConstant(plus).iadd().laload().lload(OFFSET).ladd();
    code.lstore(row);
    if (shape.fewRegisters()) {
      requireAddress(row);
    }
    return row;
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
