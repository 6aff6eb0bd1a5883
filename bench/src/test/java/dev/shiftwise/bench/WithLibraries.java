package dev.shiftwise.bench;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.Baseline;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.backend.Program;
import dev.shiftwise.plan.Capabilities;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.MemoryPlan;
import java.util.List;
import java.util.Optional;

/** The backend on the processor, as one that finds two libraries, of which one is there. */
final class WithLibraries implements BackendProvider {
  private static final String NAME = "cpu-vector";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public Probe probe() {
    try (Backend backend = Backends.discover().open(NAME)) {
      return new Probe.Available(List.of(backend.device()));
    }
  }

  @Override
  public Backend open(Device device) {
    return new Opened(Backends.discover().open(NAME));
  }

  private record Library(String name, Optional<String> missing) implements Baseline {

    @Override
    public Backend open() {
      return Backends.discover().open(NAME);
    }
  }

  private record Opened(Backend backend) implements Backend {

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
      return backend.load(plan, options);
    }

    @Override
    public List<Baseline> baselines() {
      return List.of(
          new Library("here", Optional.empty()),
          new Library("absent", Optional.of("get it first")));
    }

    @Override
    public void close() {
      backend.close();
    }
  }
}
