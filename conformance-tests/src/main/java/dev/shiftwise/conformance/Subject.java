package dev.shiftwise.conformance;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.network.Network;
import org.jspecify.annotations.Nullable;

/** What the rules are run against: a provider, and its backend if there is one here. */
interface Subject {

  BackendProvider provider();

  /** The opened backend, or null where the provider has none on this machine. */
  @Nullable Backend opened();

  /** Returns the opened backend. */
  default Backend backend() {
    Backend backend = opened();
    if (backend == null) {
      throw new IllegalStateException("the rule needs an opened backend");
    }
    return backend;
  }

  /** Compiles a network for the rules; the caller closes it. */
  default Compiled compile(Network network, CompileOptions options) {
    return new Compiled.OfSession(backend().compile(network, options));
  }

  /**
   * Does what must be refused. Here and in {@link #compile} the kit's own tests put their faults,
   * to prove that a rule finds a refusal that is missing.
   */
  default void attempt(Trial.Action action) throws Exception {
    action.run();
  }

  /** A provider with its backend, as they are. */
  record Plain(BackendProvider provider, @Nullable Backend opened) implements Subject {}
}
