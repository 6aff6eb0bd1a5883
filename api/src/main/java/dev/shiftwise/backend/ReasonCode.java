package dev.shiftwise.backend;

/**
 * Why a backend or device cannot be had: stable words, each a heading in docs/troubleshooting.md.
 */
public enum ReasonCode {
  /** A native library was not found on this machine. */
  LIBRARY_NOT_FOUND("library-not-found"),
  /** A library was found but lacks a function that is needed. */
  SYMBOL_MISSING("symbol-missing"),
  /** The driver or library is older than what is needed. */
  DRIVER_TOO_OLD("driver-too-old"),
  /** Two parts that have to fit each other are of versions that do not. */
  VERSION_MISMATCH("version-mismatch"),
  /** The platform is there but has no device. */
  NO_DEVICE("no-device"),
  /** The loader is there but knows no platform. */
  NO_PLATFORM("no-platform"),
  /** The JVM was started with native access denied to this module. */
  NATIVE_ACCESS_DENIED("native-access-denied"),
  /** The module {@code jdk.incubator.vector} was not resolved. */
  INCUBATOR_MODULE_MISSING("incubator-module-missing"),
  /**
   * The JVM has no optimising compiler, without which the Vector API is slower than plain loops.
   */
  C2_DISABLED("c2-disabled"),
  /** The processor's vectors are too narrow. */
  VECTOR_TOO_NARROW("vector-too-narrow"),
  /** Memory ran out while the device was opened. */
  OUT_OF_MEMORY("out-of-memory"),
  /** The provider was built for another version of this interface. */
  SPI_VERSION("spi-version"),
  /** The provider could not be loaded, constructed or asked. */
  PROVIDER_BROKEN("provider-broken");

  private final String word;

  ReasonCode(String word) {
    this.word = word;
  }

  /** Returns the stable word. */
  public String word() {
    return word;
  }

  @Override
  public String toString() {
    return word;
  }
}
