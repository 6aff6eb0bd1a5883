package dev.shiftwise.conformance;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.Layout.BatchOrder;
import java.util.List;
import java.util.Map;

/**
 * A provider of the {@link ReferenceBackend}: what the mutants are variations of. It is also how
 * the memory plan is tested, since the rules run over every layout.
 */
public class ReferenceProvider implements BackendProvider {
  static final Device DEVICE = new Device("reference", "jvm", "plain Java", 1, Map.of());

  private final Layout layout;

  /** Flat reads over guards, image by image. */
  public ReferenceProvider() {
    this(new Layout(64, BatchOrder.IMAGE_BY_IMAGE, true));
  }

  ReferenceProvider(Layout layout) {
    this.layout = layout;
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
    return new ReferenceBackend(layout, new ReferenceKernels());
  }

  /** Flat reads over guards, a whole batch at once. */
  public static final class GuardsWholeBatch extends ReferenceProvider {
    /** Does nothing. */
    public GuardsWholeBatch() {
      super(new Layout(64, BatchOrder.WHOLE_BATCH, true));
    }
  }

  /** Borders by index arithmetic, image by image. */
  public static final class IndexImageByImage extends ReferenceProvider {
    /** Does nothing. */
    public IndexImageByImage() {
      super(new Layout(4, BatchOrder.IMAGE_BY_IMAGE, false));
    }
  }

  /** Borders by index arithmetic, a whole batch at once. */
  public static final class IndexWholeBatch extends ReferenceProvider {
    /** Does nothing. */
    public IndexWholeBatch() {
      super(new Layout(4, BatchOrder.WHOLE_BATCH, false));
    }
  }

  /** A backend that runs little itself: everything else is lowered, or refused. */
  public static final class FewOperators extends ReferenceProvider {
    /** Does nothing. */
    public FewOperators() {}

    @Override
    public Backend open(Device device) {
      super.open(device).close();
      return ReferenceBackend.ofFewOperators();
    }
  }
}
