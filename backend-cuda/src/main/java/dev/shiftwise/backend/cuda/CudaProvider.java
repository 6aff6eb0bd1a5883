package dev.shiftwise.backend.cuda;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.KernelCache;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.backend.Reason;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Every NVIDIA GPU that CUDA's driver shows on this machine. */
public final class CudaProvider implements BackendProvider {
  private static final String NAME = "cuda";

  /** Does nothing; {@link #probe} looks. */
  public CudaProvider() {}

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
    Probing.Found found = Probing.look();
    return found.devices().isEmpty()
        ? new Probe.Unavailable(found.reasons())
        : new Probe.Available(
            found.devices().stream().map(one -> Descriptions.device(NAME, one)).toList());
  }

  /**
   * {@inheritDoc}
   *
   * @throws BackendException if {@link #probe} finds no device at all, with all reasons
   */
  @Override
  public Backend open(Device device) {
    Objects.requireNonNull(device, "device");
    if (!device.backend().equals(NAME)) {
      throw new IllegalArgumentException("device is " + device + ", wanted one of " + NAME);
    }
    List<CudaDevice> its = Probing.lookFor(device.id()).devices();
    if (!its.isEmpty()) {
      return new CudaBackend(device, its.getFirst(), KernelCache.ofUser(NAME));
    }
    // Not there: all are asked, to say what is.
    Probing.Found found = Probing.look();
    if (found.devices().isEmpty()) {
      throw new BackendException(
          NAME
              + " cannot be opened: "
              + found.reasons().stream().map(Reason::toString).collect(Collectors.joining("; ")));
    }
    throw new IllegalArgumentException(
        "device is "
            + device
            + ", wanted one of "
            + found.devices().stream().map(one -> one.facts().identity()).toList());
  }
}
