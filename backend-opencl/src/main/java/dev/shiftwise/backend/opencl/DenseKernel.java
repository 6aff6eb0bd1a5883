package dev.shiftwise.backend.opencl;

import dev.shiftwise.network.Dense;
import dev.shiftwise.plan.PackedFilter;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;

/** The dense layer. */
final class DenseKernel {
  private static final int CPU_VECTOR = 16;
  private static final int CPU_VECTORS = 4;
  private static final int GPU_LANES = 256;
  private static final int GPU_SIDE = 16;

  private final DeviceMemory memory;
  private final ClDevice.Facts facts;

  DenseKernel(DeviceMemory memory, ClDevice.Facts facts) {
    this.memory = memory;
    this.facts = facts;
  }

  /**
   * How the outputs are laid side by side.
   *
   * @param vector outputs of a vector
   * @param vectors vectors of an item
   * @param side items side by side
   * @param lanes items of a group
   */
  private record Cut(int vector, int vectors, int side, int lanes) {
    int outputs() {
      return vector * vectors * side;
    }
  }

  private Cut cut(int outputs) {
    if (facts.kind() == ClDevice.Kind.CPU) {
      int vectors = Math.clamp(outputs / (CPU_VECTOR * facts.computeUnits()), 1, CPU_VECTORS);
      return new Cut(CPU_VECTOR, Integer.highestOneBit(vectors), 1, 1);
    }
    int lanes = (int) Math.min(GPU_LANES, Long.highestOneBit(facts.maxWorkGroup()));
    return new Cut(1, 1, Math.min(GPU_SIDE, lanes), lanes);
  }

  /** Returns the launch of a step, without the guards. */
  Launch launch(Dense dense, Step step) {
    Source in = step.sources().getFirst();
    Cut cut = cut(dense.filter().outputs());
    PackedFilter filter = PackedFilter.of(dense.filter(), 1, cut.outputs());
    long blockBytes = (long) filter.inputs() * cut.outputs() * Float.BYTES;
    int chunk =
        facts.kind() == ClDevice.Kind.CPU
            ? Math.clamp(Math.ceilDiv(Shares.ENOUGH, blockBytes), 1, filter.blocks())
            : 1;
    return memory
        .kernel(
            KernelSource.of("dense")
                .activation(dense.activation())
                .with("VECTOR", cut.vector())
                .with("VECTORS", cut.vectors())
                .with("SIDE", cut.side())
                .with("LANES", cut.lanes()))
        .source(in)
        .rows(elements(in))
        .floats(filter.weights())
        .floats(filter.bias())
        .target(step.destination())
        .value(filter.inputs())
        .value(filter.outputs())
        .value(filter.blocks())
        .value(chunk)
        .activation(dense.activation())
        .over(Math.ceilDiv(filter.blocks(), chunk), cut.lanes(), 1);
  }

  /** Returns where the elements of an image stand, in ring order, from the value's channel 0. */
  private static long[] elements(Source in) {
    int plane = Math.toIntExact(in.map().shape().plane());
    long[] elements = new long[Math.toIntExact(in.map().shape().elements())];
    for (int c = 0; c < elements.length / plane; c++) {
      long row = in.flat(c) - in.placement().offset();
      for (int p = 0; p < plane; p++) {
        elements[c * plane + p] = row + p;
      }
    }
    return elements;
  }
}
