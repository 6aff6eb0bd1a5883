package dev.shiftwise.backend.cpuvector;

/**
 * Vector loops over stretches of native memory, for everything but the tiles; of the functions of
 * two operands those that are no comparisons. Addresses are absolute, counts are elements.
 */
interface PlaneKernels extends ArithmeticKernels {

  /** {@code out = shareOfA * a + shareOfB * b}; {@code out} is another place than both. */
  void blend(long a, float shareOfA, long b, float shareOfB, long out, long count);

  /** {@code out = clamp(in)}; in place if they are the same. */
  void clamp(long in, long out, long count, Clamp clamp);

  /** Returns the sum. */
  float sum(long in, long count);

  /** Copies; bit for bit. */
  void copy(long in, long out, long count);

  /** {@code out[i] = in[i * stride]}; for strides above 1 it may read the elements between. */
  void gather(long in, int stride, long out, long count);

  /**
   * Copies pixel tiles of some rows: of the tile {@code t} of row {@code i}, which stands behind
   * the tile before it at {@code rows[first + i] + offset}, to {@code out + t * tilePitch + i *
   * pitch}.
   *
   * @param first the first row
   * @param count how many
   * @param tiles tiles of each row
   * @param vectors vectors of each tile; the last may reach behind a plane
   * @param out where the first row's first tile goes
   * @param pitch bytes from one row to the next there
   * @param tilePitch bytes from one tile to the next there
   */
  void pack(
      long[] rows,
      int first,
      int count,
      long offset,
      int tiles,
      int vectors,
      long out,
      long pitch,
      long tilePitch);

  /**
   * Zeros at the same place of neighbouring planes. Distances in bytes.
   *
   * @param out the first zero of the first plane
   * @param pitch from one plane to the next
   * @param planes planes
   * @param rowPitch from one row of zeros to the next
   * @param rows rows of zeros in a plane
   * @param count zeros in a row
   */
  void clear(long out, long pitch, int planes, long rowPitch, int rows, int count);

  /** {@code out = value}. */
  void fill(long out, long count, float value);
}
