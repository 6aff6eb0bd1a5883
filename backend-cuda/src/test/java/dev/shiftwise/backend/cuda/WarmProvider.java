package dev.shiftwise.backend.cuda;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.backend.Program;
import dev.shiftwise.plan.Capabilities;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.MemoryPlan;

/**
 * The backend with every network warmed up, whoever asks, so that already its first run replays a
 * graph; without a warm-up a first run launches kernel by kernel.
 */
public final class WarmProvider implements BackendProvider {
  private final CudaProvider real = new CudaProvider();

  /** Does nothing. */
  public WarmProvider() {}

  @Override
  public String name() {
    return real.name();
  }

  @Override
  public int spiVersion() {
    return real.spiVersion();
  }

  @Override
  public Probe probe() {
    return real.probe();
  }

  @Override
  public Backend open(Device device) {
    return new Warm(real.open(device));
  }

  private record Warm(Backend real) implements Backend {
    @Override
    public Device device() {
      return real.device();
    }

    @Override
    public Capabilities capabilities() {
      return real.capabilities();
    }

    @Override
    public Layout layout() {
      return real.layout();
    }

    @Override
    public Program load(MemoryPlan plan, CompileOptions options) {
      return real.load(plan, options.withWarmUp(true));
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
