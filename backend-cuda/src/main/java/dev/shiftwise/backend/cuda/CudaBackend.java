package dev.shiftwise.backend.cuda;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.Baseline;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.KernelCache;
import dev.shiftwise.backend.Program;
import dev.shiftwise.network.Activation;
import dev.shiftwise.plan.Capabilities;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.MemoryPlan;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A CUDA device, opened. Holds its context with the compiled kernels; sessions own the rest. */
final class CudaBackend implements Backend {
  /** Bytes: every value starts where a warp's widest access is aligned. */
  private static final int ALIGNMENT = 256;

  private final Device device;
  private final DeviceContext context;
  private final Tiles tiles;
  private final @Nullable Library library;
  private boolean closed;

  /**
   * Opens a device.
   *
   * @throws BackendException if the driver gives no context
   */
  CudaBackend(Device device, CudaDevice cudaDevice, KernelCache cache) {
    this(device, cudaDevice, cache, Tiles.here());
  }

  /** Opens a device on which only some ways to cut the work are taken. */
  CudaBackend(Device device, CudaDevice cudaDevice, KernelCache cache, Tiles tiles) {
    this(device, new DeviceContext(cudaDevice, cache), tiles, null);
  }

  private CudaBackend(
      Device device, DeviceContext context, Tiles tiles, @Nullable Library library) {
    this.device = device;
    this.context = context;
    this.tiles = tiles;
    this.library = library;
  }

  /** Opens the device once more, with a library in place of kernels. */
  CudaBackend with(Library other, Device described) {
    return new CudaBackend(described, hold(), tiles, other);
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public Capabilities capabilities() {
    return library == null ? ownCapabilities() : library.capabilities();
  }

  /**
   * All operators; each reads its first operand through a table of rows, so through any shift.
   * Functions of many instructions have a kernel of their own: inlined into the others they would
   * take registers that these need.
   */
  static Capabilities ownCapabilities() {
    return Capabilities.ofEveryOperator()
        .withoutFused(
            Set.of(
                Activation.SquareRoot.class,
                Activation.Logarithm.class,
                Activation.ErrorFunction.class,
                Activation.Gelu.class));
  }

  @Override
  public Layout layout() {
    return new Layout(
        ALIGNMENT, Layout.BatchOrder.WHOLE_BATCH, library == null || library.guards());
  }

  /** Loads run side by side; each holds the context, so that {@link #close} may come meanwhile. */
  @Override
  public Program load(MemoryPlan plan, CompileOptions options) {
    DeviceContext held = hold();
    try {
      return CudaProgram.load(held, plan, options, tiles, library);
    } finally {
      held.release();
    }
  }

  /** Returns the context, held once more. */
  synchronized DeviceContext hold() {
    if (closed) {
      throw new BackendException("backend cuda is closed");
    }
    return context.retain();
  }

  /** {@inheritDoc} cuDNN and cuBLAS, where they are. */
  @Override
  public List<Baseline> baselines() {
    return library == null ? baselines(LibrarySearch.here()) : List.of();
  }

  /** Returns the libraries, from where a search finds them. */
  List<Baseline> baselines(LibrarySearch search) {
    int driver = context.device().facts().driverVersion() / 1000;
    return List.of(
        new LibraryBaseline(
            "cuDNN",
            "install cuDNN 9 (pip install nvidia-cudnn-cu"
                + driver
                + "), or name its file with -D"
                + LibrarySearch.CUDNN
                + "=PATH",
            search.cudnn(),
            CudnnLibrary::load,
            this),
        new LibraryBaseline(
            "cuBLAS",
            "install cuBLAS, which comes with the toolkit and with PyTorch, or name its file with -D"
                + LibrarySearch.CUBLAS
                + "=PATH",
            search.cublas(Compilers.versions(driver)),
            CublasLibrary::load,
            this));
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      context.release();
    }
  }
}
