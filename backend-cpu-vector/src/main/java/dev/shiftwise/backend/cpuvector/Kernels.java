package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.network.Arithmetic;

/**
 * The kernels that a program uses. All programs of a backend share them, compiled once.
 *
 * @param width vector width
 * @param tiles kernels for shapes, and which of them the program uses
 * @param planes vector loops
 * @param activations activations that take a pass of their own
 * @param comparisons comparisons and masks, which few networks need
 */
record Kernels(
    VectorWidth width,
    ProgramTiles tiles,
    PlaneKernels planes,
    ActivationPass activations,
    ArithmeticKernels comparisons) {

  static Kernels of(VectorWidth width) {
    PlaneKernels planes = Specialization.planeKernels(width);
    return new Kernels(
        width,
        new ProgramTiles(new TileCompiler()),
        planes,
        new ActivationPass(planes, Specialization.activationKernels(width)),
        Specialization.comparisonKernels(width));
  }

  /** Returns the kernels of a function of two operands. */
  ArithmeticKernels arithmetic(Arithmetic.Function function) {
    return function.isComparison() ? comparisons : planes;
  }

  /** Returns the same kernels for another program. */
  Kernels forProgram() {
    return new Kernels(width, tiles.another(), planes, activations, comparisons);
  }

  /** Returns what copies rows, or every so many of their elements; pitches in bytes. */
  RowsTile rows(int stride, int count, long inPitch, long outPitch, float padding) {
    if (stride <= 2) {
      int bits = width.bitsFor(count);
      return tiles.tile(new RowsShape(bits, stride, count, inPitch, outPitch, padding));
    }
    return (in, out, rows) -> {
      for (int y = 0; y < rows; y++) {
        planes.gather(in + y * inPitch, stride, out + y * outPitch, count);
      }
    };
  }
}
