package dev.shiftwise.backend;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A device that a backend can run on.
 *
 * @param backend name of the provider that found it
 * @param id stable identity on this machine: a UUID, a PCI id, or {@code "cpu"}; never only an
 *     index
 * @param name vendor and model, for people
 * @param rank selection prefers the highest: a GPU ranks above the CPU, the CPU through a driver
 *     below the CPU itself
 * @param properties what is worth knowing: driver, memory, vector width, for people and reports
 */
public record Device(
    String backend, String id, String name, int rank, Map<String, String> properties) {

  /** The rank of a GPU. */
  public static final int RANK_GPU = 300;

  /** The rank of the CPU through the JDK. */
  public static final int RANK_CPU = 200;

  /** The rank of the CPU through a driver such as OpenCL's. */
  public static final int RANK_CPU_DRIVER = 100;

  /** Copies the properties; they keep their order. */
  public Device {
    properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
  }

  /** Prints {@code backend id (name)}. */
  @Override
  public String toString() {
    return backend + " " + id + " (" + name + ")";
  }
}
