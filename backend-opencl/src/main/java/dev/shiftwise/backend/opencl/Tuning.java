package dev.shiftwise.backend.opencl;

import java.util.Optional;

/**
 * How a device's sums are cut: a tiling for each size of plane, and the least work that is worth a
 * work-group of its own.
 *
 * @param tiny for planes of up to 8x8
 * @param small for planes of up to 16x16
 * @param large for all others
 * @param smallestGroup multiply-adds, at least 1
 */
record Tuning(Tiling tiny, Tiling small, Tiling large, long smallestGroup) {
  private static final int MOST_OF_TINY = 8 * 8;
  private static final int MOST_OF_SMALL = 16 * 16;

  /** Sizes of planes that want different tilings. */
  enum PlaneSize {
    /** To 8x8. */
    TINY,
    /** To 16x16. */
    SMALL,
    /** All others. */
    LARGE;

    static PlaneSize of(int pixels) {
      return pixels <= MOST_OF_TINY ? TINY : pixels <= MOST_OF_SMALL ? SMALL : LARGE;
    }
  }

  Tuning {
    if (smallestGroup < 1) {
      throw new IllegalArgumentException("smallest group is " + smallestGroup);
    }
  }

  /** Returns the same tiling for all planes. */
  static Tuning of(Tiling tiling, long smallestGroup) {
    return new Tuning(tiling, tiling, tiling, smallestGroup);
  }

  /** Returns what does well on most devices of a kind. */
  static Tuning standard(ClDevice.Kind kind) {
    return switch (kind) {
      case CPU ->
          new Tuning(
              new Tiling(16, 2, 8, 1), new Tiling(16, 3, 8, 1), new Tiling(16, 3, 8, 1), 100_000);
      case GPU, OTHER ->
          new Tuning(new Tiling(1, 1, 8, 64), new Tiling(1, 2, 8, 64), new Tiling(1, 4, 8, 64), 1);
    };
  }

  /** Returns the tiling for planes of a size. */
  Tiling tiling(PlaneSize size) {
    return switch (size) {
      case TINY -> tiny;
      case SMALL -> small;
      case LARGE -> large;
    };
  }

  /** Returns the tiling for a plane of so many pixels. */
  Tiling tiling(int pixels) {
    return tiling(PlaneSize.of(pixels)).within(pixels);
  }

  Tuning with(PlaneSize size, Tiling tiling) {
    return switch (size) {
      case TINY -> new Tuning(tiling, small, large, smallestGroup);
      case SMALL -> new Tuning(tiny, tiling, large, smallestGroup);
      case LARGE -> new Tuning(tiny, small, tiling, smallestGroup);
    };
  }

  Tuning withSmallestGroup(long multiplyAdds) {
    return new Tuning(tiny, small, large, multiplyAdds);
  }

  /** Prints it as {@link #parse} reads it: {@code 16x2x8x1 16x3x8x1 16x3x8x1 100000}. */
  @Override
  public String toString() {
    return tiny + " " + small + " " + large + " " + smallestGroup;
  }

  /** Reads what {@link #toString} prints; nothing if it is anything else. */
  static Optional<Tuning> parse(String text) {
    String[] words = text.strip().split(" ", -1);
    try {
      return words.length != 4
          ? Optional.empty()
          : Optional.of(
              new Tuning(
                  Tiling.parse(words[0]),
                  Tiling.parse(words[1]),
                  Tiling.parse(words[2]),
                  Long.parseLong(words[3])));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
