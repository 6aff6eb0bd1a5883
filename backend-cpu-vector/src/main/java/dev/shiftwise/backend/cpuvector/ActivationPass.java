package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.network.Activation;
import dev.shiftwise.plan.Placement;

/** Activations as a pass over planes: where the kernel before it could not take them along. */
final class ActivationPass {
  private final PlaneKernels planes;
  private final ActivationKernels kernels;

  ActivationPass(PlaneKernels planes, ActivationKernels kernels) {
    this.planes = planes;
    this.kernels = kernels;
  }

  /** What is done with a stretch of memory; addresses are absolute. */
  @FunctionalInterface
  private interface Stretch {
    void apply(long in, long out, long count);
  }

  /**
   * Returns the pass.
   *
   * @param sources where each channel is read, bytes from the slab's start; may be where it goes
   */
  Task of(Activation activation, long[] sources, Placement to) {
    Place out = Place.of(to);
    long pixels = to.shape().plane();
    Stretch stretch = stretch(activation);
    return new PlaneTask(
        sources.length, (c, base) -> stretch.apply(base + sources[c], base + out.plane(c), pixels));
  }

  /** Returns the pass over a result where it stands. */
  Task inPlace(Activation activation, Placement to) {
    Place out = Place.of(to);
    long[] sources = new long[to.shape().channels()];
    for (int c = 0; c < sources.length; c++) {
      sources[c] = out.plane(c);
    }
    return of(activation, sources, to);
  }

  private Stretch stretch(Activation activation) {
    return switch (activation) {
      case Activation.Clip clip -> {
        Clamp clamp = Clamp.of(clip);
        yield (in, out, count) -> planes.clamp(in, out, count, clamp);
      }
      case Activation.LeakyRelu(float slope) ->
          (in, out, count) -> kernels.leakyRelu(in, out, count, slope);
      case Activation.Sigmoid _ -> kernels::sigmoid;
      case Activation.HardSigmoid(float alpha, float beta) ->
          (in, out, count) -> kernels.hardSigmoid(in, out, count, alpha, beta);
      case Activation.HardSwish _ -> kernels::hardSwish;
      case Activation.SquareRoot _ -> kernels::squareRoot;
      case Activation.Logarithm _ -> kernels::logarithm;
      case Activation.ErrorFunction _ -> kernels::errorFunction;
      case Activation.Gelu _ -> kernels::gelu;
    };
  }
}
