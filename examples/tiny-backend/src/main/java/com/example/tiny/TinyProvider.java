package com.example.tiny;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Probe;
import java.util.List;
import java.util.Map;

/** Offers the JVM itself as the one device. Its constructor does nothing, as it must. */
public final class TinyProvider implements BackendProvider {
  private static final String NAME = "tiny";

  /** The rank is low: nobody should get this backend who has not asked for it. */
  private static final Device DEVICE = new Device(NAME, "jvm", "plain Java loops", 1, Map.of());

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
    return new Probe.Available(List.of(DEVICE));
  }

  @Override
  public Backend open(Device device) {
    if (!device.equals(DEVICE)) {
      throw new IllegalArgumentException("device is " + device + ", wanted " + DEVICE);
    }
    return new TinyBackend(device);
  }
}
