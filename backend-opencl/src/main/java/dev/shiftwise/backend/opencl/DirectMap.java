package dev.shiftwise.backend.opencl;

import dev.shiftwise.network.Value;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Staging;
import dev.shiftwise.plan.Step;
import dev.shiftwise.view.FeatureMap;
import dev.shiftwise.view.NormalMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An input or output that kernels can read or write where the caller has it, instead of in the
 * slab.
 *
 * <p>That is so if it stands alone and without guards, so that the slab's form is the caller's:
 * dense planes, one image behind the other. It is done where the caller's map is memory that the
 * session gave out; otherwise the launches name the slab, as they were prepared.
 */
final class DirectMap {

  /** A kernel's argument that names the map. */
  private record Use(Launch launch, Launch.MapArgument argument) {}

  private final List<Use> uses;
  private final long elements;
  private @Nullable FeatureMap last;
  private @Nullable SharedMemory bound;

  private DirectMap(List<Use> uses, long elements) {
    this.uses = uses;
    this.elements = elements;
  }

  /** Returns an input's, if its readers can have it anywhere. */
  static Optional<DirectMap> ofInput(MemoryPlan plan, Staging staging, List<List<Launch>> steps) {
    Value input = staging.input();
    Placement home = staging.destination();
    boolean fetched =
        plan.network().outputs().values().stream().anyMatch(o -> o.value().equals(input));
    if (fetched || !staging.guards().isEmpty() || !home.isDense() || !plan.standsAlone(input)) {
      return Optional.empty();
    }
    List<Use> uses = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      if (reads(plan.steps().get(i), input)) {
        addUses(uses, steps.get(i), home, false);
      }
    }
    return Optional.of(new DirectMap(uses, home.shape().elements()));
  }

  /** Returns an output's, if its producer can write it anywhere and nobody reads it afterwards. */
  static Optional<DirectMap> ofOutput(MemoryPlan plan, String name, List<List<Launch>> steps) {
    Source output = plan.outputs().get(name);
    var operand = plan.network().outputs().get(name);
    if (output == null || operand == null) {
      throw new IllegalArgumentException("there is no output '" + name + "'");
    }
    Value value = operand.value();
    Placement home = output.placement();
    boolean whole = output.map() instanceof NormalMap map && map.isIdentity();
    long names =
        plan.network().outputs().values().stream().filter(o -> o.value().equals(value)).count();
    if (!whole || names > 1 || !home.isDense() || !plan.standsAlone(value)) {
      return Optional.empty();
    }
    List<Use> uses = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Step step = plan.steps().get(i);
      if (reads(step, value)) {
        return Optional.empty();
      }
      if (step.node().output().equals(value)) {
        if (!step.guards().isEmpty()) {
          return Optional.empty();
        }
        addUses(uses, steps.get(i), home, true);
      }
    }
    return uses.isEmpty()
        ? Optional.empty()
        : Optional.of(new DirectMap(uses, home.shape().elements()));
  }

  private static boolean reads(Step step, Value value) {
    return step.node().inputs().stream().anyMatch(operand -> operand.value().equals(value));
  }

  private static void addUses(
      List<Use> uses, List<Launch> launches, Placement home, boolean written) {
    for (Launch launch : launches) {
      for (Launch.MapArgument argument : launch.maps()) {
        if (argument.written() == written && argument.place().offset() == home.offset()) {
          uses.add(new Use(launch, argument));
        }
      }
    }
  }

  /** Makes the launches use a caller's map if it stands in given memory, else the slab. */
  void bind(FeatureMap map, GivenMemory given) {
    if (map == last) {
      return;
    }
    boolean whole = map.map() instanceof NormalMap normal && normal.isIdentity();
    SharedMemory memory = whole ? given.find(map) : null;
    if (memory != bound || last == null) {
      // Not known while the launches are changed: a failure between them must not be taken for
      // done.
      last = null;
      for (Use use : uses) {
        use.launch()
            .bind(
                use.argument(),
                memory == null
                    ? use.argument().place()
                    : new MapPlace(memory.buffer(), 0, elements));
      }
      bound = memory;
    }
    last = map;
  }

  /** Returns the memory that it is in now; null for the slab. */
  @Nullable SharedMemory bound() {
    return bound;
  }
}
