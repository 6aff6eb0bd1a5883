package dev.shiftwise.backend.cpuvector;

/**
 * What the programs of a backend share: kernels for its vector width, compiled once.
 *
 * @param width vector width
 * @param tiles makes kernels for shapes
 * @param planes vector loops
 * @param activations activations that take a pass of their own
 */
record Kernels(
    VectorWidth width, TileCompiler tiles, PlaneKernels planes, ActivationPass activations) {

  static Kernels of(VectorWidth width) {
    PlaneKernels planes = Specialization.planeKernels(width);
    return new Kernels(
        width,
        new TileCompiler(),
        planes,
        new ActivationPass(planes, Specialization.activationKernels(width)));
  }

  /** Returns what copies rows, or every so many of their elements; pitches in bytes. */
  RowsTile rows(int stride, int count, long inPitch, long outPitch, float padding) {
    if (stride <= 2) {
      int bits = width.bitsFor(count);
      return tiles.rowsTile(new RowsShape(bits, stride, count, inPitch, outPitch, padding));
    }
    return (in, out, rows) -> {
      for (int y = 0; y < rows; y++) {
        planes.gather(in + y * inPitch, stride, out + y * outPitch, count);
      }
    };
  }
}
