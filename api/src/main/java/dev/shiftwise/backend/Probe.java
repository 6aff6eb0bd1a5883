package dev.shiftwise.backend;

import java.util.List;

/** What a provider found on this machine. */
public sealed interface Probe {

  /**
   * The backend can be opened.
   *
   * @param devices at least one
   */
  record Available(List<Device> devices) implements Probe {

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public Available {
      devices = List.copyOf(devices);
      if (devices.isEmpty()) {
        throw new IllegalArgumentException("devices is empty, wanted at least 1");
      }
    }
  }

  /**
   * The backend cannot be had here.
   *
   * @param reasons every reason found, not only the first; at least one
   */
  record Unavailable(List<Reason> reasons) implements Probe {

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public Unavailable {
      reasons = List.copyOf(reasons);
      if (reasons.isEmpty()) {
        throw new IllegalArgumentException("reasons is empty, wanted at least 1");
      }
    }
  }
}
