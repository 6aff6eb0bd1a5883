package dev.shiftwise.cli;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.backend.Reason;
import dev.shiftwise.backend.ReasonCode;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Backends as tests need them. */
final class Providers {
  private Providers() {}

  /** A path without any backend. */
  static Backends none() {
    return Backends.of(List.of());
  }

  /** A provider that answers its probe with this, whatever it is. */
  record Asked(String name, Supplier<Probe> answer) implements BackendProvider {
    @Override
    public int spiVersion() {
      return SPI_VERSION;
    }

    @Override
    public Probe probe() {
      return answer.get();
    }

    @Override
    public Backend open(Device device) {
      throw new AssertionError("nothing opens " + device);
    }
  }

  /** A provider with one device, which nothing opens. */
  static BackendProvider available(String name) {
    Device device =
        new Device(name, "id-of-" + name, "Model " + name, 200, Map.of("vector bits", "512"));
    return new Asked(name, () -> new Probe.Available(List.of(device)));
  }

  /** A provider without a device, for two reasons. */
  static BackendProvider unavailable(String name) {
    return new Asked(
        name,
        () ->
            new Probe.Unavailable(
                List.of(
                    Reason.of(ReasonCode.LIBRARY_NOT_FOUND, "no libx.so", "install libx"),
                    Reason.of(ReasonCode.NO_DEVICE, "no device", "plug one in"))));
  }

  /** A provider whose probe throws. */
  static BackendProvider throwing(String name, RuntimeException e) {
    return new Asked(
        name,
        () -> {
          throw e;
        });
  }

  /** A provider that needs a class which is not there. */
  static BackendProvider unlinked(String name) {
    return new Asked(
        name,
        () -> {
          throw new NoClassDefFoundError("com/example/Missing");
        });
  }
}
