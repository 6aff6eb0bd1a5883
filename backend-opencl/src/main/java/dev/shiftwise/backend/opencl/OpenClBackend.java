package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.KernelCache;
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
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.MemoryPlan;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An OpenCL device, opened. Holds contexts with their compiled programs; sessions own the rest. */
final class OpenClBackend implements Backend {
  private static final Set<Class<? extends Operator>> READERS =
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
          Softmax.class);

  private final Device device;
  private final ClDevice clDevice;
  private final KernelCache cache;
  private @Nullable Tuning tuning;

  /** By compute units: the whole device, and parts of a CPU for fewer threads. */
  private final Map<Integer, DeviceContext> contexts = new HashMap<>();

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
    Set<Class<? extends Operator>> operators = new HashSet<>(READERS);
    operators.add(Copy.class);
    return new Capabilities(operators, READERS);
  }

  @Override
  public Layout layout() {
    return new Layout(clDevice.facts().addressAlignment(), Layout.BatchOrder.WHOLE_BATCH, true);
  }

  @Override
  public Program load(MemoryPlan plan, CompileOptions options) {
    return OpenClProgram.load(context(options.threads()), plan, options, tuning());
  }

  private synchronized Tuning tuning() {
    if (tuning == null) {
      tuning =
          new TuningStore(clDevice, cache)
              .get(wanted -> new OpenClBackend(device, clDevice, cache, wanted));
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
    boolean fewer =
        facts.kind() == ClDevice.Kind.CPU && threads > 0 && threads < facts.computeUnits();
    return fewer && DeviceContext.isDivisible(clDevice) ? threads : facts.computeUnits();
  }

  @Override
  public synchronized void close() {
    closed = true;
    contexts.values().forEach(DeviceContext::close);
    contexts.clear();
  }
}
