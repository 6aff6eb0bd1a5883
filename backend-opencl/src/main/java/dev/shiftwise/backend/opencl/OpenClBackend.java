package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.KernelCache;
import dev.shiftwise.backend.Program;
import dev.shiftwise.plan.Capabilities;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.MemoryPlan;
import java.util.Set;

/** An OpenCL device, opened. */
final class OpenClBackend implements Backend {
  private final Device device;
  private final ClDevice clDevice;
  private final KernelCache cache;

  OpenClBackend(Device device, ClDevice clDevice, KernelCache cache) {
    this.device = device;
    this.clDevice = clDevice;
    this.cache = cache;
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(Set.of(), Set.of());
  }

  @Override
  public Layout layout() {
    return new Layout(clDevice.facts().addressAlignment(), Layout.BatchOrder.IMAGE_BY_IMAGE, true);
  }

  @Override
  public Program load(MemoryPlan plan, CompileOptions options) {
    throw new BackendException("no kernels yet (" + cache + ")");
  }

  @Override
  public void close() {}
}
