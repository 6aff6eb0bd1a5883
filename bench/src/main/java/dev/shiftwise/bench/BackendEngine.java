package dev.shiftwise.bench;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.network.Network;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.view.FeatureMap;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** A backend through its session, on memory of that session. */
record BackendEngine(Backend backend, String name) implements Engine {

  /** A backend under its own name. */
  BackendEngine(Backend backend) {
    this(backend, "backend '" + backend.device().backend() + "'");
  }

  @Override
  public Compiled compile(Network network, int batch, int threads) {
    Session session = backend.compile(network, new CompileOptions(batch, threads, false, true));
    String output = network.outputs().keySet().iterator().next();
    return new Bound(
        session, session.allocate(network.inputs().getFirst().name()), session.allocate(output));
  }

  private record Bound(Session session, FeatureMap in, FeatureMap out) implements Compiled {

    @Override
    public void setInput(float[] images) {
      in.segment().copyFrom(MemorySegment.ofArray(images));
    }

    @Override
    public void run() {
      session.run(in, out);
    }

    @Override
    public float[] output() {
      return out.toArray();
    }

    @Override
    public Optional<MemoryPlan> plan() {
      return Optional.of(session.plan());
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
