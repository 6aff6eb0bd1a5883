package dev.shiftwise.conformance;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Bindings;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Program;
import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Add;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.GlobalAveragePool;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.plan.Capabilities;
import dev.shiftwise.plan.HostSlab;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Set;

/** A backend in plain Java over a slab of host memory, for any layout. */
class ReferenceBackend implements Backend {
  private static final Set<Class<? extends Operator>> OPERATORS =
      Set.of(
          PointwiseConvolution.class,
          Convolution.class,
          AveragePool.class,
          MaxPool.class,
          GlobalAveragePool.class,
          Dense.class,
          ChannelShuffle.class,
          Add.class,
          Activate.class,
          Softmax.class,
          Copy.class);

  private final Layout layout;
  private final ReferenceKernels kernels;

  ReferenceBackend(Layout layout, ReferenceKernels kernels) {
    this.layout = layout;
    this.kernels = kernels;
  }

  @Override
  public Device device() {
    return ReferenceProvider.DEVICE;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(OPERATORS, OPERATORS);
  }

  @Override
  public Layout layout() {
    return layout;
  }

  @Override
  public Program load(MemoryPlan plan, CompileOptions options) {
    return new ReferenceProgram(plan, kernels);
  }

  @Override
  public void close() {}

  /** One slab in an arena of its own. */
  static final class ReferenceProgram implements Program {
    private final MemoryPlan plan;
    private final ReferenceKernels kernels;
    private final Arena arena = Arena.ofShared();
    private final HostSlab slab;
    private final List<Source> outputs;

    ReferenceProgram(MemoryPlan plan, ReferenceKernels kernels) {
      this.plan = plan;
      this.kernels = kernels;
      this.slab = new HostSlab(arena.allocate(plan.slabBytes(), 64));
      this.outputs = List.copyOf(plan.outputs().values());
    }

    @Override
    public void run(Bindings bindings) {
      boolean wholeBatch = plan.layout().batch() == Layout.BatchOrder.WHOLE_BATCH;
      int rounds = wholeBatch ? 1 : bindings.batch();
      int images = wholeBatch ? bindings.batch() : 1;
      for (int round = 0; round < rounds; round++) {
        for (int image = 0; image < images; image++) {
          for (int i = 0; i < bindings.inputCount(); i++) {
            slab.stage(bindings.input(i), round + image, plan.inputs().get(i), image);
          }
        }
        for (Step step : plan.steps()) {
          for (int image = 0; image < images; image++) {
            kernels.run(slab, step, plan.layout(), image);
          }
        }
        for (int image = 0; image < images; image++) {
          for (int i = 0; i < bindings.outputCount(); i++) {
            slab.fetch(outputs.get(i), image, bindings.output(i), round + image);
          }
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
}
