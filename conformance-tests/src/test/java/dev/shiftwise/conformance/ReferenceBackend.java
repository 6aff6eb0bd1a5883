package dev.shiftwise.conformance;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Program;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Operator;
import dev.shiftwise.plan.Capabilities;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.Layout.BatchOrder;
import dev.shiftwise.plan.MemoryPlan;
import java.util.Set;

/** A backend in plain Java over a slab of host memory, for any layout. */
class ReferenceBackend implements Backend {
  private static final Set<Class<? extends Operator>> FEW =
      Set.of(Convolution.class, Arithmetic.class, AveragePool.class, Copy.class);

  private final Layout layout;
  private final Capabilities capabilities;
  private final ReferenceKernels kernels;

  ReferenceBackend(Layout layout, ReferenceKernels kernels) {
    this(layout, Capabilities.ofEveryOperator(), kernels);
  }

  ReferenceBackend(Layout layout, Capabilities capabilities, ReferenceKernels kernels) {
    this.layout = layout;
    this.capabilities = capabilities;
    this.kernels = kernels;
  }

  /** A backend without shift readers that needs nearly everything lowered. */
  static ReferenceBackend ofFewOperators() {
    return new ReferenceBackend(
        new Layout(4, BatchOrder.IMAGE_BY_IMAGE, false),
        new Capabilities(FEW, Set.of()),
        new ReferenceKernels());
  }

  @Override
  public Device device() {
    return ReferenceProvider.DEVICE;
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public Layout layout() {
    return layout;
  }

  @Override
  public Program load(MemoryPlan plan, CompileOptions options) {
    return new ReferenceProgram(plan, kernels, options.profile());
  }

  @Override
  public void close() {}
}
