package dev.shiftwise.backend;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The backends on this machine: discovery, probing and selection.
 *
 * <pre>{@code
 * try (Backend backend = Backends.best();
 *     Session session = backend.compile(network)) {
 *   session.run(input, output);
 * }
 * }</pre>
 *
 * <p>A provider that cannot be loaded, or throws where it must not, becomes a candidate with the
 * reason {@code provider-broken}; it never hides the others. A backend that is asked for by name is
 * never replaced by another. Immutable; safe for any thread.
 */
public final class Backends {
  private static final System.Logger LOG = System.getLogger(Backends.class.getName());

  /** More broken registrations than this in one path are taken for an endless iteration. */
  private static final int MOST_BROKEN = 1000;

  private final List<Candidate> candidates;

  /**
   * A backend that was found, and what came of asking it.
   *
   * @param name the backend's name, or the provider's class if it could not be asked
   * @param provider the provider, or null if it could not be made
   * @param probe its answer, or the reasons why there is none
   */
  public record Candidate(String name, @Nullable BackendProvider provider, Probe probe) {

    /** Returns the devices, none if the backend is unavailable. */
    public List<Device> devices() {
      return probe instanceof Probe.Available(var devices) ? devices : List.of();
    }

    private String describe() {
      return switch (probe) {
        case Probe.Available(var devices) ->
            name + ": " + devices.stream().map(Device::toString).collect(Collectors.joining(", "));
        case Probe.Unavailable(var reasons) ->
            name + ": " + reasons.stream().map(Reason::toString).collect(Collectors.joining("; "));
      };
    }
  }

  private Backends(List<Candidate> candidates) {
    this.candidates = List.copyOf(candidates);
  }

  /** Finds and probes the backends that this thread's class loader sees. */
  public static Backends discover() {
    return discover(ServiceLoader.load(BackendProvider.class));
  }

  /** Finds and probes the backends that a service loader finds. */
  public static Backends discover(ServiceLoader<BackendProvider> loader) {
    List<Candidate> found = new ArrayList<>();
    Iterator<ServiceLoader.Provider<BackendProvider>> providers = loader.stream().iterator();
    int broken = 0;
    while (broken < MOST_BROKEN) {
      try {
        if (!providers.hasNext()) {
          break;
        }
        found.add(candidate(providers.next()));
      } catch (ServiceConfigurationError | LinkageError e) {
        broken++;
        found.add(broken("a provider", e));
      }
    }
    return new Backends(found);
  }

  /** Probes given providers, for tests and for applications that bring their own. */
  public static Backends of(List<BackendProvider> providers) {
    return new Backends(providers.stream().map(Backends::ask).toList());
  }

  // The boundary to foreign code: whatever a provider throws is its own failure, not ours.
  @SuppressWarnings("CatchAndPrintStackTrace")
  private static Candidate candidate(ServiceLoader.Provider<BackendProvider> found) {
    String type = "a provider";
    try {
      type = found.type().getName();
      return ask(found.get());
    } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
      return broken(type, e);
    }
  }

  private static Candidate ask(BackendProvider provider) {
    String name = provider.getClass().getName();
    try {
      name = Objects.requireNonNull(provider.name(), "the provider's name is null");
      int version = provider.spiVersion();
      if (version != BackendProvider.SPI_VERSION) {
        return new Candidate(
            name,
            provider,
            unavailable(
                Reason.of(
                    ReasonCode.SPI_VERSION,
                    "built for version "
                        + version
                        + " of the plugin interface, this is version "
                        + BackendProvider.SPI_VERSION,
                    "use a backend and an api of the same release")));
      }
      return new Candidate(
          name, provider, Objects.requireNonNull(provider.probe(), "the provider's probe is null"));
    } catch (LinkageError | RuntimeException | AssertionError e) {
      return broken(name, e);
    }
  }

  private static Candidate broken(String name, Throwable e) {
    return new Candidate(
        name,
        null,
        unavailable(
            new Reason(
                ReasonCode.PROVIDER_BROKEN,
                oneLine(e),
                "report it to the backend's author, or take the backend off the path",
                e)));
  }

  private static Probe unavailable(Reason reason) {
    return new Probe.Unavailable(List.of(reason));
  }

  private static String oneLine(Throwable e) {
    Throwable root = e.getCause() == null ? e : e.getCause();
    return root.toString().lines().findFirst().orElse("no message");
  }

  /** Returns every backend that was found, available or not. */
  public List<Candidate> candidates() {
    return candidates;
  }

  /** Returns every device, the highest rank first. */
  public List<Device> devices() {
    return candidates.stream()
        .flatMap(candidate -> candidate.devices().stream())
        .sorted(Comparator.comparingInt(Device::rank).reversed())
        .toList();
  }

  /**
   * Finds the backends and opens the device of the highest rank.
   *
   * @return the backend, which the caller closes
   * @throws BackendException if there is none, with the reasons of every backend that was found
   */
  public static Backend best() {
    return discover().openBest();
  }

  /**
   * Opens the device of the highest rank, and logs which it is and why not the others.
   *
   * @throws BackendException if there is none
   */
  public Backend openBest() {
    Device device =
        devices().stream().findFirst().orElseThrow(() -> unavailable("no backend is available"));
    LOG.log(System.Logger.Level.INFO, () -> "taken: " + device + "; " + others(device));
    return open(device);
  }

  private String others(Device taken) {
    return candidates.stream()
        .filter(candidate -> !candidate.devices().equals(List.of(taken)))
        .map(
            candidate ->
                candidate.devices().isEmpty()
                    ? candidate.describe()
                    : candidate.describe() + " ranks no higher")
        .collect(Collectors.joining("; ", "others: [", "]"));
  }

  /**
   * Opens a backend by its name, on its device of the highest rank.
   *
   * @throws BackendException if it cannot be had, with the reasons of every backend; no other is
   *     taken instead
   */
  public Backend open(String backend) {
    return open(backend, null);
  }

  /**
   * Opens a backend by its name on a device by its id.
   *
   * @param deviceId the device's {@link Device#id}, or null for the one of the highest rank
   * @throws BackendException if it cannot be had; no other is taken instead
   */
  public Backend open(String backend, @Nullable String deviceId) {
    Optional<Device> device =
        devices().stream()
            .filter(d -> d.backend().equals(backend))
            .filter(d -> deviceId == null || d.id().equals(deviceId))
            .findFirst();
    return open(
        device.orElseThrow(
            () ->
                unavailable(
                    "backend '"
                        + backend
                        + "'"
                        + (deviceId == null ? "" : " with device '" + deviceId + "'")
                        + " is not available")));
  }

  private Backend open(Device device) {
    for (Candidate candidate : candidates) {
      if (candidate.provider() != null && candidate.devices().contains(device)) {
        return open(candidate.provider(), device);
      }
    }
    throw unavailable("device '" + device + "' is not available");
  }

  private Backend open(BackendProvider provider, Device device) {
    try {
      return Objects.requireNonNull(provider.open(device), "the provider's backend is null");
    } catch (BackendException e) {
      throw e;
    } catch (LinkageError | RuntimeException | AssertionError e) {
      throw new BackendException(withTable(device + " could not be opened: " + oneLine(e)), e);
    }
  }

  private BackendException unavailable(String what) {
    return new BackendException(withTable(what));
  }

  private String withTable(String what) {
    return what
        + "; found: "
        + (candidates.isEmpty()
            ? "no backend on the path (add one, for example shiftwise-backend-cpu-vector)"
            : candidates.stream().map(Candidate::describe).collect(Collectors.joining(" | ")));
  }
}
