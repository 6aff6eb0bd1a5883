package com.example.tiny;

import dev.shiftwise.backend.Bindings;
import dev.shiftwise.backend.Program;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.plan.HostSlab;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** A compiled network: the plan, packed weights and the slab, which it owns. */
final class TinyProgram implements Program {
  private final MemoryPlan plan;
  private final Arena arena = Arena.ofShared();
  private final HostSlab slab;
  private final TinyKernels kernels;
  private final List<TinyKernels.Weights> weights = new ArrayList<>();
  private final List<Source> outputs;

  TinyProgram(MemoryPlan plan) {
    this.plan = plan;
    this.slab = new HostSlab(arena.allocate(plan.slabBytes(), Float.BYTES));
    this.kernels = new TinyKernels(slab);
    this.outputs = List.copyOf(plan.outputs().values());
    for (Step step : plan.steps()) {
      // The caller may close the weights' memory after compiling, so they are copied here.
      weights.add(
          step.node().operator() instanceof Convolution convolution
              ? TinyKernels.Weights.of(convolution.filter())
              : TinyKernels.Weights.NONE);
    }
  }

  @Override
  public void run(Bindings bindings) {
    for (int image = 0; image < bindings.batch(); image++) {
      for (int i = 0; i < bindings.inputCount(); i++) {
        slab.stage(bindings.input(i), image, plan.inputs().get(i), 0);
      }
      for (int i = 0; i < plan.steps().size(); i++) {
        kernels.run(plan.steps().get(i), weights.get(i));
      }
      for (int i = 0; i < bindings.outputCount(); i++) {
        slab.fetch(outputs.get(i), 0, bindings.output(i), image);
      }
    }
  }

  @Override
  public String transfer() {
    return "staged by copy";
  }

  @Override
  public void close() {
    arena.close();
  }
}
