package dev.shiftwise.dist;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.backend.Reason;
import dev.shiftwise.backend.ReasonCode;
import java.util.List;

/** A backend that is not part of the bundle. */
public final class OutsideProvider implements BackendProvider {

  @Override
  public String name() {
    return "outside";
  }

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public Probe probe() {
    return new Probe.Unavailable(
        List.of(Reason.of(ReasonCode.NO_DEVICE, "only a test", "none is needed")));
  }

  @Override
  public Backend open(Device device) {
    throw new IllegalArgumentException(device + " is no device of 'outside'");
  }
}
