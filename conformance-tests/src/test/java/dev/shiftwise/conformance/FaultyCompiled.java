package dev.shiftwise.conformance;

import dev.shiftwise.backend.StepTime;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.view.FeatureMap;
import java.util.List;
import java.util.Map;

/** A sound session, of which mutants replace a part. */
class FaultyCompiled implements Compiled {
  final Compiled sound;

  FaultyCompiled(Compiled sound) {
    this.sound = sound;
  }

  @Override
  public void run(Map<String, FeatureMap> inputs, Map<String, FeatureMap> outputs) {
    sound.run(inputs, outputs);
  }

  @Override
  public void run(float[] input, float[] output) {
    sound.run(input, output);
  }

  @Override
  public FeatureMap allocate(String name) {
    return sound.allocate(name);
  }

  @Override
  public MemoryPlan plan() {
    return sound.plan();
  }

  @Override
  public String transfer() {
    return sound.transfer();
  }

  @Override
  public List<StepTime> profile() {
    return sound.profile();
  }

  @Override
  public void close() {
    sound.close();
  }
}
