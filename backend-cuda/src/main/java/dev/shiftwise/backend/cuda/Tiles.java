package dev.shiftwise.backend.cuda;

import java.util.List;

/**
 * The ways in which the convolutions' kernels can cut their work.
 *
 * @param pointwise those of {@code pointwise.cu}
 * @param convolution those of {@code convolution.cu}
 */
record Tiles(List<Tile> pointwise, List<Tile> convolution) {

  /** All kernels. Blocks that stream wait for memory, but each for several quads at a time. */
  static final Tiles ALL =
      new Tiles(
          List.of(
              new Tile("streams_8", 8, 512, 4, 128, 5, 0.35),
              new Tile("streams_16", 16, 512, 4, 128, 3, 0.45),
              new Tile("streams_32", 32, 512, 4, 128, 2, 0.5),
              new Tile("tiles_32x128", 32, 128, 8, 64, 6, 0.6),
              new Tile("tiles_64x128", 64, 128, 8, 128, 3, 0.65),
              new Tile("tiles_128x128", 128, 128, 8, 256, 2, 0.75),
              new Tile("tiles_64x64", 64, 64, 16, 128, 4, 0.55),
              new Tile("tiles_32x32", 32, 32, 32, 256, 3, 0.35)),
          List.of(
              new Tile("convolves_32x64", 32, 64, 16, 128, 4, 0.35),
              new Tile("convolves_128x128", 128, 128, 8, 256, 1, 0.6),
              new Tile("convolves_64x64", 64, 64, 16, 128, 3, 0.45),
              new Tile("convolves_32x32", 32, 32, 32, 256, 2, 0.3)));

  /** Copies the lists. */
  Tiles {
    pointwise = List.copyOf(pointwise);
    convolution = List.copyOf(convolution);
  }
}
