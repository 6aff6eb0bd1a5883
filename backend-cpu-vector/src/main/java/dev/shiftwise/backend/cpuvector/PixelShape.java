package dev.shiftwise.backend.cpuvector;

import java.lang.classfile.CodeBuilder;

/**
 * What a {@link PixelTile} is compiled for.
 *
 * @param bits vector width
 * @param outputs output channels, 1 to {@link PackedWeights#MOST}
 * @param vectors vectors of neighbouring pixels
 * @param stride floats from one input's weights to the next
 * @param fewRegisters whether there are 16 vector registers and not 32
 * @param turn input channels that a turn of the loop over them takes, with few registers; they are
 *     a multiple of it
 * @param channelPitch bytes from one input channel's pixels to the next's where they are packed; 0
 *     if a table says where each stands
 * @param clamp applied before the only store
 * @param residual whether the sums start at bias + residual, or at the bias
 */
record PixelShape(
    int bits,
    int outputs,
    int vectors,
    int stride,
    boolean fewRegisters,
    int turn,
    int channelPitch,
    Clamp clamp,
    boolean residual)
    implements TileShape<PixelTile> {
  @Override
  public Class<PixelTile> type() {
    return PixelTile.class;
  }

  @Override
  public String name() {
    return "PixelTile" + outputs + "x" + vectors;
  }

  @Override
  public TileCode code(CodeBuilder code) {
    return new PixelTileCode(code, this);
  }

  @Override
  public Rehearsal rehearsal(PixelTile tile) {
    return Rehearsal.of(tile, this);
  }
}
