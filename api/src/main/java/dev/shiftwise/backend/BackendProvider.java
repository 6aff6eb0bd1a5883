package dev.shiftwise.backend;

/**
 * The plugin interface: one for each backend, found by {@link java.util.ServiceLoader}.
 *
 * <p>An implementation is public and has a public constructor without arguments that does nothing:
 * discovering a backend must not load its libraries. Register it both in {@code module-info.java}
 * ({@code provides}) and in {@code META-INF/services}. Methods may be called from any thread.
 */
public interface BackendProvider {
  /** The version of this interface. It changes when a backend built for the old one would break. */
  int SPI_VERSION = 1;

  /** Returns the backend's name, for example {@code cpu-vector}; what {@code --backend} takes. */
  String name();

  /** Returns the {@link #SPI_VERSION} that the provider was built for. */
  int spiVersion();

  /**
   * Looks what is there. Never throws; leaves no context, queue or thread behind. A native library
   * may stay loaded.
   */
  Probe probe();

  /**
   * Opens a device that {@link #probe} named.
   *
   * @throws BackendException if the device cannot be opened
   * @throws IllegalArgumentException if the device is not this provider's
   */
  Backend open(Device device);
}
