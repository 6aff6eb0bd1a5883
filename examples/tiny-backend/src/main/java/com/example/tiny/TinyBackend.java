package com.example.tiny;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Program;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.plan.Capabilities;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.Layout.BatchOrder;
import dev.shiftwise.plan.MemoryPlan;
import java.util.Set;

/**
 * Says what it can do and leaves the rest to the memory plan: pointwise convolutions, dense layers,
 * shuffles, global pools and activations arrive here as the six operators listed.
 */
record TinyBackend(Device device) implements Backend {

  /** Convolutions read shifted operands in place; the others get a copy where one is needed. */
  @Override
  public Capabilities capabilities() {
    return new Capabilities(
        Set.of(
            Copy.class,
            Convolution.class,
            Arithmetic.class,
            AveragePool.class,
            MaxPool.class,
            Softmax.class),
        Set.of(Convolution.class));
  }

  /** One image at a time, and no guards: borders are found by index arithmetic. */
  @Override
  public Layout layout() {
    return new Layout(Float.BYTES, BatchOrder.IMAGE_BY_IMAGE, false);
  }

  @Override
  public Program load(MemoryPlan plan, CompileOptions options) {
    return new TinyProgram(plan);
  }

  @Override
  public void close() {
    // There is nothing to release.
  }
}
