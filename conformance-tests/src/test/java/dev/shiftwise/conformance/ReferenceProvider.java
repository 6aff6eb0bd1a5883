package dev.shiftwise.conformance;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.plan.Layout;
import java.util.List;
import java.util.Map;

/**
 * A provider of the {@link ReferenceBackend}: what the mutants are variations of. It is also how
 * the memory plan is tested, since the rules run over every layout.
 */
class ReferenceProvider implements BackendProvider {
  static final Device DEVICE = new Device("reference", "jvm", "plain Java", 1, Map.of());

  private final Layout layout;
  private final ReferenceKernels kernels;

  ReferenceProvider(Layout layout, ReferenceKernels kernels) {
    this.layout = layout;
    this.kernels = kernels;
  }

  @Override
  public String name() {
    return DEVICE.backend();
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
    return new ReferenceBackend(layout, kernels);
  }
}
