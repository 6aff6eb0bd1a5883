package dev.shiftwise.backend.cpuvector;

/**
 * What a {@link PixelTile} is compiled for.
 *
 * @param bits vector width
 * @param outputs output channels, 1 to {@link PackedWeights#BLOCK}
 * @param vectors vectors of neighbouring pixels
 * @param clamp applied before the only store
 * @param residual whether the sums start at bias + residual, or at the bias
 */
record TileShape(int bits, int outputs, int vectors, Clamp clamp, boolean residual) {}
