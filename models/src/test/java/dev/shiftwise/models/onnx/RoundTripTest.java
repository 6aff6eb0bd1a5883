package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.models.RandomWeights;
import dev.shiftwise.models.networks.Architecture;
import dev.shiftwise.models.networks.Catalogue;
import dev.shiftwise.network.Network;
import dev.shiftwise.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks that were written and read again: the same values, and as many copies in the plan. Every
 * one by name on small pictures, in both forms of shifts, and one of each kind of moves at its full
 * size.
 */
final class RoundTripTest {
  private static final int SMALL = 64;

  /** NET-07's for each of the two. */
  private static final double BOUND = 2 * 1e-5;

  /** A channel and a RING shift, a channel shuffle, ZERO shifts. */
  private static final Set<String> ALSO_LARGE =
      Set.of("addressnet-imagenet", "shufflenet_v2_x1_0", "shiftnet_c");

  @AutoClose private static final Backend BACKEND = Backends.discover().open("cpu-vector");

  static Stream<Arguments> networks() {
    return Catalogue.all().stream()
        .flatMap(
            network -> {
              Shape full = network.input();
              int size = Math.min(full.height(), SMALL);
              Stream<Shape> sizes =
                  ALSO_LARGE.contains(network.name())
                      ? Stream.of(new Shape(full.channels(), size, size), full)
                      : Stream.of(new Shape(full.channels(), size, size));
              return sizes.flatMap(
                  image ->
                      Stream.of(OnnxExport.Shifts.values())
                          .map(shifts -> Arguments.of(network.name(), image, shifts)));
            });
  }

  @Test
  void theLargeOnesAreThere() {
    Set<String> names = new HashSet<>(ALSO_LARGE);
    Catalogue.all().forEach(network -> names.remove(network.name()));
    assertEquals(Set.of(), names);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void isTheSame(String name, Shape image, OnnxExport.Shifts shifts) throws Exception {
    Architecture architecture =
        Catalogue.all().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    Network network = architecture.network(new RandomWeights(6), architecture.border(), image);
    byte[] file = OnnxExport.toBytes(network, shifts);
    try (OnnxModel read = OnnxModel.of(name, MemorySegment.ofArray(file), OnnxOptions.none())) {
      requireSame(network, read.network());
    }
  }

  private static void requireSame(Network original, Network read) {
    Shape shape = original.inputs().getFirst().shape();
    assertEquals(shape, read.inputs().getFirst().shape());
    float[] image = new float[Math.toIntExact(shape.elements())];
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextGaussian();
    }
    int classes = Math.toIntExact(original.outputs().values().iterator().next().shape().elements());
    float[] wanted = new float[classes];
    float[] found = new float[classes];
    try (Session first = BACKEND.compile(original, CompileOptions.DEFAULT);
        Session second = BACKEND.compile(read, CompileOptions.DEFAULT)) {
      first.run(image, wanted);
      second.run(image, found);
      assertEquals(first.plan().copies().size(), second.plan().copies().size(), read::toString);
    }
    double largest = 0;
    double error = 0;
    for (int i = 0; i < classes; i++) {
      largest = Math.max(largest, Math.abs(wanted[i]));
      error = Math.max(error, Math.abs(wanted[i] - found[i]));
    }
    assertTrue(largest > 1e-3, "logits up to " + largest);
    assertTrue(error <= BOUND * largest, "off by " + error + ", logits up to " + largest);
  }
}
