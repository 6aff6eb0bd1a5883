package dev.shiftwise.backend;

import java.util.Optional;

/**
 * A library of others that runs networks on an open backend's device, in the same process, so that
 * comparisons can time both in turns. Not for users, who gain nothing by it.
 *
 * <p>Made by {@link Backend#baselines}, and of use as long as that backend is open. Safe for any
 * thread.
 */
public interface Baseline {

  /** Returns its name, for reports. */
  String name();

  /**
   * Says why it cannot be had here and what to do; empty if it can. Looks for it the first time.
   */
  Optional<String> missing();

  /**
   * Opens the device once more, with the library in place of the backend's kernels where it has an
   * operator; the caller closes it.
   *
   * @throws BackendException if it is {@link #missing}
   */
  Backend open();
}
