package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.KernelCache;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.backend.opencl.ClDevice.Facts;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The OpenCL devices of this machine, believed to be other than they are, so that the ways which
 * other devices take are tested on the one that is here.
 */
public class VariantProvider implements BackendProvider {
  private final OpenClProvider real = new OpenClProvider();
  private final UnaryOperator<Facts> facts;
  private final @Nullable Tuning tuning;

  VariantProvider(UnaryOperator<Facts> facts, @Nullable Tuning tuning) {
    this.facts = facts;
    this.tuning = tuning;
  }

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
    real.open(device).close();
    for (ClDevice found : Probing.look().devices()) {
      if (found.facts().identity().equals(device.id())) {
        return new OpenClBackend(
            device,
            new ClDevice(found.platform(), found.id(), facts.apply(found.facts())),
            KernelCache.none(),
            tuning);
      }
    }
    throw new IllegalArgumentException("device is " + device);
  }

  /** Returns facts with what decides on a device's ways changed. */
  static Facts with(
      Facts facts,
      ClDevice.Kind kind,
      long localMemory,
      boolean unifiedMemory,
      boolean fineGrainSvm) {
    return new Facts(
        facts.platform(),
        facts.vendor(),
        facts.name(),
        facts.major(),
        facts.minor(),
        facts.languageVersion(),
        facts.driver(),
        kind,
        facts.computeUnits(),
        facts.globalMemory(),
        facts.maxAllocation(),
        localMemory,
        facts.maxWorkGroup(),
        facts.addressAlignment(),
        unifiedMemory,
        fineGrainSvm,
        facts.extensions(),
        facts.identity());
  }

  /** A processor whose memory takes turns, by map and unmap; its work is cut as usual. */
  public static final class Mapped extends VariantProvider {
    /** Does nothing. */
    public Mapped() {
      super(
          facts -> with(facts, ClDevice.Kind.CPU, facts.localMemory(), true, false),
          Tuning.standard(ClDevice.Kind.CPU));
    }
  }

  /** A graphics card: memory of its own, and many work-items side by side. */
  public static final class Card extends VariantProvider {
    /** Does nothing. */
    public Card() {
      super(
          facts -> with(facts, ClDevice.Kind.GPU, facts.localMemory(), false, false),
          Tuning.of(new Tiling(2, 2, 8, 4), 1));
    }
  }
}
