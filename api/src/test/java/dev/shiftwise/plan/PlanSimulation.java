package dev.shiftwise.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Node;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Tensor;
import dev.shiftwise.view.AddressMap;
import dev.shiftwise.view.NormalMap;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Runs a plan with names in place of numbers: every element of every value has a number of its own,
 * and every reader must find the numbers of the elements it asked for. So whatever is overwritten
 * too early, placed over something alive, or left out of a guard shows.
 *
 * <p>Numbers are exact as floats below 2^24.
 */
final class PlanSimulation {
  private static final float NEVER_WRITTEN = -1;

  private final MemoryPlan plan;
  private final MemorySegment slab;
  private final HostSlab host;
  private final Map<Value, float[]> contents = new HashMap<>();
  private float next = 1;

  PlanSimulation(MemoryPlan plan) {
    this.plan = plan;
    float[] elements = new float[(int) (plan.slabBytes() / 4)];
    Arrays.fill(elements, NEVER_WRITTEN);
    this.slab = MemorySegment.ofArray(elements);
    this.host = new HostSlab(slab);
  }

  void run() {
    Network network = plan.network();
    for (Value input : network.inputs()) {
      contents.put(input, fresh(input));
    }
    for (Node node : network.nodes()) {
      contents.put(node.output(), contentOf(node));
    }
    for (int image = 0; image < plan.images(); image++) {
      for (Staging staging : plan.inputs()) {
        write(staging.destination(), content(staging.input()), image);
        host.fillGuards(staging.destination(), staging.guards(), image);
      }
    }
    for (Step step : plan.steps()) {
      for (int image = 0; image < plan.images(); image++) {
        step(step, image);
      }
    }
    network
        .outputs()
        .forEach(
            (name, operand) -> {
              Source source = plan.outputs().get(name);
              assertTrue(source != null, name);
              for (int image = 0; image < plan.images() && source != null; image++) {
                checkPieces(name, operand, source, image);
              }
            });
  }

  private float[] fresh(Value value) {
    float[] numbers = new float[(int) value.shape().elements()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = next++;
    }
    assertTrue(next < 1 << 22, "numbers stay exact");
    return numbers;
  }

  private float[] content(Value value) {
    float[] content = contents.get(value);
    if (content == null) {
      throw new AssertionError(value + " has no content");
    }
    return content;
  }

  private float[] contentOf(Node node) {
    return switch (node.operator()) {
      case Copy _ -> seen(node.inputs().getFirst());
      case Concat _ -> {
        float[] joined = new float[(int) node.output().shape().elements()];
        int at = 0;
        for (Operand operand : node.inputs()) {
          float[] part = seen(operand);
          System.arraycopy(part, 0, joined, at, part.length);
          at += part.length;
        }
        yield joined;
      }
      default -> fresh(node.output());
    };
  }

  private float[] seen(Operand operand) {
    float[] source = content(operand.value());
    AddressMap map = operand.map();
    float[] seen = new float[(int) map.shape().elements()];
    long plane = map.shape().plane();
    for (int j = 0; j < seen.length; j++) {
      long from = map.sourceIndex((int) (j / plane), j % plane);
      seen[j] = from == AddressMap.NOWHERE ? 0 : source[(int) from];
    }
    return seen;
  }

  private void step(Step step, int image) {
    Node node = step.node();
    for (int i = 0; i < node.inputs().size(); i++) {
      if (node.operator() instanceof Copy) {
        checkPieces(node.name(), node.inputs().get(i), step.sources().get(i), image);
      } else {
        checkFlat(node.name(), node.inputs().get(i), step.sources().get(i), image);
      }
    }
    if (node.operator() instanceof Copy) {
      host.copy(step.sources().getFirst(), step.destination(), image);
    } else {
      write(step.destination(), content(node.output()), image);
    }
    host.fillGuards(step.destination(), step.guards(), image);
  }

  private void write(Placement to, float[] content, int image) {
    long plane = to.shape().plane();
    for (int j = 0; j < content.length; j++) {
      set(
          to.plane((int) (j / plane)) + image * to.imagePitch() + j % plane,
          ofImage(content[j], image));
    }
  }

  private void checkFlat(String reader, Operand operand, Source source, int image) {
    float[] wanted = seen(operand);
    NormalMap map = (NormalMap) source.map();
    boolean flat = plan.layout().guards() || map.asWindow().isPresent();
    if (!flat) {
      assertTrue(map.isContiguousRing(), reader);
      checkPieces(reader, operand, source, image);
      return;
    }
    long plane = map.shape().plane();
    for (int j = 0; j < wanted.length; j++) {
      long at =
          source.flat((int) (j / plane)) + image * source.placement().imagePitch() + j % plane;
      assertEquals(
          ofImage(wanted[j], image), get(at), () -> reader + " reads " + operand + " at " + at);
    }
  }

  private void checkPieces(String reader, Operand operand, Source source, int image) {
    float[] wanted = seen(operand);
    source.forEachPiece(
        (to, from, length) -> {
          for (long i = 0; i < length; i++) {
            float found =
                from == AddressMap.NOWHERE
                    ? 0
                    : get(from + i + image * source.placement().imagePitch());
            assertEquals(
                ofImage(wanted[(int) (to + i)], image), found, () -> reader + " reads " + operand);
          }
        });
  }

  /** The same element of another image is another number; +0 is +0. */
  private static float ofImage(float number, int image) {
    return number == 0 ? 0 : number + image * (1 << 22);
  }

  private float get(long element) {
    return slab.get(Tensor.ELEMENT, element * 4);
  }

  private void set(long element, float value) {
    slab.set(Tensor.ELEMENT, element * 4, value);
  }
}
