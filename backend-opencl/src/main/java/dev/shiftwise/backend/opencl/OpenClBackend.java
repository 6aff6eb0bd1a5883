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
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** An OpenCL device, opened. Holds contexts with their compiled programs; sessions own the rest. */
final class OpenClBackend implements Backend {
  private static final System.Logger LOG = System.getLogger(OpenClBackend.class.getName());

  private final Device device;
  private final ClDevice clDevice;
  private final KernelCache cache;
  private @Nullable Tuning tuning;

  /** By compute units: the whole device, and parts of a CPU for fewer threads. */
  private final Map<Integer, DeviceContext> contexts = new HashMap<>();

  /** Read by loads, written by the end: nothing is released under a running load. */
  private final ReadWriteLock lifetime = new ReentrantReadWriteLock();

  private boolean closed;

  /** Opens a device; how it likes its work cut is measured at the first load, once a machine. */
  OpenClBackend(Device device, ClDevice clDevice, KernelCache cache) {
    this(device, clDevice, cache, null);
  }

  /** Opens a device whose work is cut as given. */
  OpenClBackend(Device device, ClDevice clDevice, KernelCache cache, @Nullable Tuning tuning) {
    this.device = device;
    this.clDevice = clDevice;
    this.cache = cache;
    this.tuning = tuning;
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
    return new Layout(clDevice.facts().addressAlignment(), Layout.BatchOrder.WHOLE_BATCH, true);
  }

  /** Loads run side by side; {@link #close} waits for them. */
  @Override
  public Program load(MemoryPlan plan, CompileOptions options) {
    lifetime.readLock().lock();
    try {
      DeviceContext context = context(options.threads());
      return OpenClProgram.load(context, plan, options, tuning());
    } finally {
      lifetime.readLock().unlock();
    }
  }

  /** Measures under a load's hold of the lifetime, so it must not wait for it again. */
  private synchronized Tuning tuning() {
    if (tuning == null) {
      DeviceContext whole = context(0);
      tuning = new TuningStore(clDevice, cache).get(wanted -> new Tuned(this, whole, wanted));
    }
    return tuning;
  }

  private synchronized DeviceContext context(int threads) {
    if (closed) {
      throw new BackendException("backend opencl is closed");
    }
    return contexts.computeIfAbsent(
        computeUnits(threads),
        units ->
            units == clDevice.facts().computeUnits()
                ? DeviceContext.whole(clDevice, cache)
                : DeviceContext.part(clDevice, units, cache));
  }

  /** Threads are the compute units of a CPU; other devices have no use for the option. */
  private int computeUnits(int threads) {
    ClDevice.Facts facts = clDevice.facts();
    if (facts.kind() != ClDevice.Kind.CPU || threads <= 0 || threads >= facts.computeUnits()) {
      return facts.computeUnits();
    }
    if (!DeviceContext.isDivisible(clDevice)) {
      LOG.log(
          System.Logger.Level.INFO,
          "threads is {0}, but {1} cannot be divided: all its {2} compute units are used",
          threads,
          facts.name(),
          facts.computeUnits());
      return facts.computeUnits();
    }
    return threads;
  }

  @Override
  public void close() {
    lifetime.writeLock().lock();
    try {
      closed = true;
      contexts.values().forEach(DeviceContext::close);
      contexts.clear();
    } finally {
      lifetime.writeLock().unlock();
    }
  }

  /** The same device with another tuning, in a context that is open already. */
  private record Tuned(OpenClBackend backend, DeviceContext context, Tuning wanted)
      implements Backend {
    @Override
    public Device device() {
      return backend.device();
    }

    @Override
    public Capabilities capabilities() {
      return backend.capabilities();
    }

    @Override
    public Layout layout() {
      return backend.layout();
    }

    @Override
    public Program load(MemoryPlan plan, CompileOptions options) {
      return OpenClProgram.load(context, plan, options, wanted);
    }

    /** The context belongs to the backend. */
    @Override
    public void close() {}
  }
}
