package dev.shiftwise.backend.cuda;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.KernelCache;
import dev.shiftwise.backend.Program;
import dev.shiftwise.plan.Capabilities;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.MemoryPlan;

/** A CUDA device, opened. Holds its context with the compiled kernels; sessions own the rest. */
final class CudaBackend implements Backend {
  /** Bytes: every value starts where a warp's widest access is aligned. */
  private static final int ALIGNMENT = 256;

  private final Device device;
  private final DeviceContext context;
  private final Tiles tiles;
  private boolean closed;

  /**
   * Opens a device.
   *
   * @throws BackendException if the driver gives no context
   */
  CudaBackend(Device device, CudaDevice cudaDevice, KernelCache cache) {
    this(device, cudaDevice, cache, Tiles.ALL);
  }

  /** Opens a device on which only some ways to cut the work are taken. */
  CudaBackend(Device device, CudaDevice cudaDevice, KernelCache cache, Tiles tiles) {
    this.device = device;
    this.tiles = tiles;
    this.context = new DeviceContext(cudaDevice, cache);
  }

  @Override
  public Device device() {
    return device;
  }

  /** All operators; each reads its first operand through a table of rows, so through any shift. */
  @Override
  public Capabilities capabilities() {
    return Capabilities.ofEveryOperator();
  }

  @Override
  public Layout layout() {
    return new Layout(ALIGNMENT, Layout.BatchOrder.WHOLE_BATCH, true);
  }

  /** Loads run side by side; each holds the context, so that {@link #close} may come meanwhile. */
  @Override
  public Program load(MemoryPlan plan, CompileOptions options) {
    DeviceContext held = hold();
    try {
      return CudaProgram.load(held, plan, options, tiles);
    } finally {
      held.release();
    }
  }

  private synchronized DeviceContext hold() {
    if (closed) {
      throw new BackendException("backend cuda is closed");
    }
    return context.retain();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      context.release();
    }
  }
}
