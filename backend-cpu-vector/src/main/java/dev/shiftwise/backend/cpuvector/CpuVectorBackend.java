package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Program;
import dev.shiftwise.plan.Capabilities;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.MemoryPlan;

/** The CPU, opened. Holds nothing but the tiles made so far; sessions own their memory. */
final class CpuVectorBackend implements Backend {
  private static final int CACHE_LINE = 64;

  private final Device device;
  private final Kernels kernels;
  private volatile boolean closed;

  /** Opens the device for vectors of a width; tests ask for others than the machine's. */
  CpuVectorBackend(Device device, VectorWidth width) {
    this.device = device;
    this.kernels = Kernels.of(width);
  }

  @Override
  public Device device() {
    return device;
  }

  /**
   * All operators; each but Rearrange reads its first operand plane by plane: any shift will do.
   */
  @Override
  public Capabilities capabilities() {
    return Capabilities.ofEveryOperator();
  }

  @Override
  public Layout layout() {
    return new Layout(CACHE_LINE, Layout.BatchOrder.IMAGE_BY_IMAGE, true);
  }

  @Override
  public Program load(MemoryPlan plan, CompileOptions options) {
    if (closed) {
      throw new BackendException("backend cpu-vector is closed");
    }
    return new CpuProgram(plan, kernels, options);
  }

  @Override
  public void close() {
    closed = true;
  }
}
