package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.backend.Reason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The CPU through the JDK's Vector API: one device, {@code cpu}. */
public final class CpuVectorProvider implements BackendProvider {
  private static final String NAME = "cpu-vector";
  private static final String ID = "cpu";

  /** Does nothing; {@link #probe} looks. */
  public CpuVectorProvider() {}

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
    List<Reason> reasons = Gates.closed();
    return reasons.isEmpty()
        ? new Probe.Available(List.of(device()))
        : new Probe.Unavailable(reasons);
  }

  private static Device device() {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("vector bits", String.valueOf(VectorWidth.preferred().bits()));
    properties.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
    properties.put("architecture", System.getProperty("os.arch"));
    properties.put(
        "java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    return new Device(NAME, ID, ProcessorName.get(), Device.RANK_CPU, properties);
  }

  /**
   * {@inheritDoc}
   *
   * @throws BackendException if {@link #probe} finds a reason against it, with all of them
   */
  @Override
  public Backend open(Device device) {
    Objects.requireNonNull(device, "device");
    if (!device.backend().equals(NAME) || !device.id().equals(ID)) {
      throw new IllegalArgumentException("device is " + device + ", wanted " + NAME + " " + ID);
    }
    List<Reason> reasons = Gates.closed();
    if (!reasons.isEmpty()) {
      throw new BackendException(
          NAME
              + " cannot be opened: "
              + reasons.stream().map(Reason::toString).collect(Collectors.joining("; ")));
    }
    return new CpuVectorBackend(device, VectorWidth.preferred());
  }
}
