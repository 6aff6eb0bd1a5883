package dev.shiftwise.conformance;

import dev.shiftwise.backend.Bindings;
import dev.shiftwise.backend.Program;
import dev.shiftwise.backend.StepTime;
import dev.shiftwise.network.Node;
import dev.shiftwise.network.Operator;
import dev.shiftwise.plan.HostSlab;
import dev.shiftwise.plan.Layout.BatchOrder;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** Runs a memory plan step by step; owns the slab. */
final class ReferenceProgram implements Program {
  private final MemoryPlan plan;
  private final ReferenceKernels kernels;
  private final boolean profiled;
  private final Arena arena = Arena.ofShared();
  private final HostSlab slab;
  private final List<Operator> packed;
  private final List<Source> outputs;
  private final long[] nanos;
  private long runs;

  ReferenceProgram(MemoryPlan plan, ReferenceKernels kernels, boolean profiled) {
    this.plan = plan;
    this.kernels = kernels;
    this.profiled = profiled;
    this.slab = new HostSlab(arena.allocate(plan.slabBytes(), 64));
    this.packed = plan.steps().stream().map(s -> kernels.packed(s.node().operator())).toList();
    this.outputs = List.copyOf(plan.outputs().values());
    this.nanos = new long[plan.steps().size()];
  }

  @Override
  public void run(Bindings bindings) {
    boolean wholeBatch = plan.layout().batch() == BatchOrder.WHOLE_BATCH;
    int rounds = wholeBatch ? 1 : bindings.batch();
    int images = wholeBatch ? bindings.batch() : 1;
    for (int round = 0; round < rounds; round++) {
      for (int image = 0; image < images; image++) {
        for (int i = 0; i < bindings.inputCount(); i++) {
          slab.stage(bindings.input(i), round + image, plan.inputs().get(i), image);
        }
      }
      for (int i = 0; i < nanos.length; i++) {
        long start = System.nanoTime();
        for (int image = 0; image < images; image++) {
          kernels.run(slab, plan.steps().get(i), packed.get(i), plan.layout(), image);
        }
        nanos[i] += System.nanoTime() - start;
      }
      for (int image = 0; image < images; image++) {
        for (int i = 0; i < bindings.outputCount(); i++) {
          slab.fetch(outputs.get(i), image, bindings.output(i), round + image);
        }
      }
    }
    runs++;
  }

  @Override
  public List<StepTime> profile() {
    List<StepTime> times = new ArrayList<>();
    for (int i = 0; profiled && i < nanos.length; i++) {
      Step step = plan.steps().get(i);
      Node node = step.node();
      times.add(new StepTime(node.name(), node.operator().kind(), runs, nanos[i]));
    }
    return times;
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
