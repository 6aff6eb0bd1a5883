package dev.shiftwise.bench;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Baseline;
import dev.shiftwise.bench.BenchReport.PeerStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The libraries of others that a backend finds for its device, opened beside it. */
final class DeviceLibraries implements AutoCloseable {
  private final List<PeerStatus> statuses = new ArrayList<>();
  private final List<BackendEngine> engines = new ArrayList<>();

  /** Opens those that are there. */
  DeviceLibraries(Backend backend) {
    try {
      for (Baseline baseline : backend.baselines()) {
        Optional<String> missing = baseline.missing();
        String version = "";
        if (missing.isEmpty()) {
          Backend opened = baseline.open();
          engines.add(new BackendEngine(opened, baseline.name()));
          version = opened.device().properties().getOrDefault(baseline.name(), "unknown");
        }
        statuses.add(
            new PeerStatus(
                baseline.name() + " on " + backend.device().backend(),
                version,
                missing.orElse("")));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Returns all of them, for the report. */
  List<PeerStatus> statuses() {
    return statuses;
  }

  /** Returns those that are there. */
  List<BackendEngine> engines() {
    return engines;
  }

  @Override
  public void close() {
    engines.reversed().forEach(engine -> engine.backend().close());
  }
}
