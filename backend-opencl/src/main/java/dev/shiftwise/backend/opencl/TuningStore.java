package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.KernelCache;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The tuning of a device as it was measured on this machine, kept on disk beside the compiled
 * kernels. Where nothing can be kept, or the property {@value #PROPERTY} is {@code off}, the
 * standard is taken and nothing measured.
 */
final class TuningStore {
  static final String PROPERTY = "shiftwise.opencl.tuning";
  private static final System.Logger LOG = System.getLogger(TuningStore.class.getName());

  /** Changes when a kernel does so that other tilings may be faster. */
  private static final String VERSION = "1";

  private final ClDevice device;
  private final KernelCache cache;

  TuningStore(ClDevice device, KernelCache cache) {
    this.device = device;
    this.cache = cache;
  }

  /**
   * Returns the tuning to use.
   *
   * @param open opens the device with a tuning, for measuring
   */
  Tuning get(Function<Tuning, Backend> open) {
    ClDevice.Facts facts = device.facts();
    if ("off".equals(System.getProperty(PROPERTY)) || !isKept()) {
      return Tuning.standard(facts.kind());
    }
    List<String> key =
        List.of(
            "tuning",
            VERSION,
            facts.platform(),
            facts.vendor(),
            facts.name(),
            facts.driver(),
            String.valueOf(facts.computeUnits()));
    Optional<Tuning> kept =
        cache.get(key).flatMap(blob -> Tuning.parse(new String(blob, StandardCharsets.UTF_8)));
    if (kept.isPresent()) {
      return kept.get();
    }
    LOG.log(
        System.Logger.Level.INFO,
        "{0} is used for the first time: measuring how it likes its work cut, some seconds",
        facts.name());
    Tuning measured = new Tuner(facts.kind(), open).measure();
    cache.put(key, measured.toString().getBytes(StandardCharsets.UTF_8));
    return measured;
  }

  /** Measuring again in every process would cost more than it gives. */
  private boolean isKept() {
    List<String> key = List.of("tuning", "is this kept?");
    cache.put(key, new byte[] {1});
    return cache.get(key).isPresent();
  }
}
