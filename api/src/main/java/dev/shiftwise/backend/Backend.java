package dev.shiftwise.backend;

import dev.shiftwise.network.Network;
import dev.shiftwise.plan.Capabilities;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.MemoryPlan;
import java.util.List;

/**
 * An opened device. Users call {@link #compile} and {@link #close}; the rest is what a backend
 * implements.
 *
 * <p>Threads: any; sessions of one backend may run side by side. Close the sessions first: closing
 * the backend releases the device.
 */
public interface Backend extends AutoCloseable {

  /** Returns the device. */
  Device device();

  /** Returns what the backend has kernels for. */
  Capabilities capabilities();

  /** Returns how it wants feature maps to stand. */
  Layout layout();

  /**
   * Makes a plan runnable: chooses kernels, packs and uploads weights, allocates the slab. For
   * {@link #compile} to call and backends to implement; users run programs through a {@link
   * Session}, which keeps their rules. The weights need not stay readable afterwards.
   *
   * @param plan made for this backend's capabilities and layout
   * @param options as given to {@link #compile}
   * @throws BackendException if the device refuses, for example for lack of memory
   */
  Program load(MemoryPlan plan, CompileOptions options);

  /**
   * Compiles a network: plans its memory and loads it.
   *
   * @return a session, which the caller closes
   * @throws dev.shiftwise.plan.UnsupportedOperatorException if the backend cannot run an operator
   * @throws BackendException if the device refuses
   */
  default Session compile(Network network, CompileOptions options) {
    return Session.compile(this, network, options);
  }

  /** Compiles a network for one image at a time on all processors. */
  default Session compile(Network network) {
    return compile(network, CompileOptions.DEFAULT);
  }

  /**
   * Returns libraries of others that run networks on the same device, for comparisons; mostly none.
   */
  default List<Baseline> baselines() {
    return List.of();
  }

  /** Releases the device. Closing twice does nothing. */
  @Override
  void close();
}
