package dev.shiftwise.backend.cuda;

import java.util.List;
import java.util.stream.Stream;

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

  /** The system property with the names of kernels that are to be chosen from, for tuning. */
  static final String PROPERTY = "shiftwise.cuda.tiles";

  /** Returns all, or those that the system property names. */
  static Tiles here() {
    String names = System.getProperty(PROPERTY);
    return names == null ? ALL : ALL.only(List.of(names.split(",", -1)));
  }

  /**
   * Returns those of some names; all of a file of which none is named.
   *
   * @throws IllegalArgumentException if there is none of a name
   */
  Tiles only(List<String> names) {
    for (String name : names) {
      if (Stream.concat(pointwise.stream(), convolution.stream())
          .noneMatch(tile -> tile.kernel().equals(name))) {
        throw new IllegalArgumentException(
            PROPERTY
                + " names '"
                + name
                + "', wanted some of "
                + Stream.concat(pointwise.stream(), convolution.stream())
                    .map(Tile::kernel)
                    .toList());
      }
    }
    return new Tiles(only(pointwise, names), only(convolution, names));
  }

  private static List<Tile> only(List<Tile> tiles, List<String> names) {
    List<Tile> named = tiles.stream().filter(tile -> names.contains(tile.kernel())).toList();
    return named.isEmpty() ? tiles : named;
  }

  /** Copies the lists. */
  Tiles {
    pointwise = List.copyOf(pointwise);
    convolution = List.copyOf(convolution);
  }
}
