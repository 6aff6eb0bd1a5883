package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.KernelCache;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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

  /** Where these kernels change, other tilings may be faster. */
  private static final List<String> TUNED = List.of("common", "pointwise", "convolution");

  private final ClDevice device;
  private final KernelCache cache;

  TuningStore(ClDevice device, KernelCache cache) {
    this.device = device;
    this.cache = cache;
  }

  /**
   * Returns the tuning to use.
   *
   * @param tuned the open device with another tuning, for measuring; it is the caller's to close
   */
  Tuning get(Function<Tuning, Backend> tuned) {
    ClDevice.Facts facts = device.facts();
    if ("off".equals(System.getProperty(PROPERTY)) || !isKept()) {
      return Tuning.standard(facts.kind());
    }
    List<String> key = key(facts);
    Optional<Tuning> kept =
        cache.get(key).flatMap(blob -> Tuning.parse(new String(blob, StandardCharsets.UTF_8)));
    if (kept.isPresent()) {
      return kept.get();
    }
    LOG.log(
        System.Logger.Level.INFO,
        "{0} is used for the first time: measuring how it likes its work cut, some seconds",
        facts.name());
    Optional<Tuning> measured = measure(facts, tuned);
    measured.ifPresent(
        tuning -> cache.put(key, tuning.toString().getBytes(StandardCharsets.UTF_8)));
    return measured.orElseGet(() -> Tuning.standard(facts.kind()));
  }

  private static List<String> key(ClDevice.Facts facts) {
    List<String> key = new ArrayList<>();
    key.add("tuning");
    key.add(facts.platform());
    key.add(facts.vendor());
    key.add(facts.name());
    key.add(facts.driver());
    key.add(String.valueOf(facts.computeUnits()));
    key.add(Tuner.candidates(facts.kind()));
    TUNED.forEach(file -> key.add(ProgramCompiler.text(file)));
    return key;
  }

  /** A program that could run as the device usually does must not fail because of measuring. */
  private static Optional<Tuning> measure(ClDevice.Facts facts, Function<Tuning, Backend> tuned) {
    try {
      Optional<Tuning> measured = new Tuner(facts.kind(), tuned).measure();
      if (measured.isEmpty()) {
        LOG.log(
            System.Logger.Level.INFO,
            "{0} could not be measured as it is usually used: nothing is kept",
            facts.name());
      }
      return measured;
    } catch (RuntimeException | Error e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "measuring {0} failed, its work is cut as usual: {1}",
          facts.name(),
          e);
      return Optional.empty();
    }
  }

  /** Measuring again in every process would cost more than it gives. */
  private boolean isKept() {
    List<String> key = List.of("tuning", "is this kept?");
    cache.put(key, new byte[] {1});
    return cache.get(key).isPresent();
  }
}
