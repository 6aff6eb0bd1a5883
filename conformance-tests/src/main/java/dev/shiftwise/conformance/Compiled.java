package dev.shiftwise.conformance;

import dev.shiftwise.backend.Session;
import dev.shiftwise.backend.StepTime;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.view.FeatureMap;
import java.util.List;
import java.util.Map;

/**
 * A compiled network as the rules use it.
 *
 * <p>There is one implementation that matters, {@link OfSession}, which passes everything on to
 * {@link Session}. It is an interface so that the kit's own tests can put a session with a fault in
 * its place and prove that the rules about sessions find it.
 */
interface Compiled extends AutoCloseable {

  /** Binds and runs. */
  void run(Map<String, FeatureMap> inputs, Map<String, FeatureMap> outputs);

  /** Runs on dense arrays. */
  void run(float[] input, float[] output);

  FeatureMap allocate(String name);

  MemoryPlan plan();

  String transfer();

  List<StepTime> profile();

  @Override
  void close();

  /** The real one. */
  record OfSession(Session session) implements Compiled {
    @Override
    public void run(Map<String, FeatureMap> inputs, Map<String, FeatureMap> outputs) {
      var bindings = session.bind();
      inputs.forEach(bindings::input);
      outputs.forEach(bindings::output);
      session.run(bindings);
    }

    @Override
    public void run(FeatureMap input, FeatureMap output) {
      session.run(input, output);
    }

    @Override
    public void run(float[] input, float[] output) {
      session.run(input, output);
    }

    @Override
    public FeatureMap allocate(String name) {
      return session.allocate(name);
    }

    @Override
    public MemoryPlan plan() {
      return session.plan();
    }

    @Override
    public String transfer() {
      return session.transfer();
    }

    @Override
    public List<StepTime> profile() {
      return session.profile();
    }

    @Override
    public void close() {
      session.close();
    }
  }

  /** Runs a network of one input and one output by the shorthand for them. */
  default void run(FeatureMap input, FeatureMap output) {
    run(Map.of(Nets.INPUT, input), Map.of(Nets.OUTPUT, output));
  }
}
