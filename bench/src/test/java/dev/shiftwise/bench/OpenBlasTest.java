package dev.shiftwise.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** OpenBLAS computes the chains, where it is installed, and nothing else. */
final class OpenBlasTest {
  private static final OpenBlas PEER = new OpenBlas();

  private static void requireInstalled() {
    Optional<String> missing = PEER.missing();
    assumeTrue(missing.isEmpty(), () -> "skipped: " + missing.orElseThrow());
  }

  @Test
  void whereItIsNotInstalledTheReasonSaysWhatToDo() {
    assertEquals(
        "the system's loader does not find libabsent.so.0; Debian's package is"
            + " libopenblas0-pthread",
        reason("libabsent.so.0"));
  }

  /** The C library is there on every Linux, and multiplies no matrices. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aLibraryThatIsAnother() {
    assertEquals("libc.so.6 lacks cblas_sgemm", reason("libc.so.6"));
  }

  private static String reason(String file) {
    return String.valueOf(
        assertThrows(OpenBlasLibrary.UnavailableException.class, () -> OpenBlasLibrary.open(file))
            .getMessage());
  }

  @Test
  void saysWhichOneItIs() {
    requireInstalled();
    assertTrue(PEER.version().matches("[0-9]+\\.[0-9.a-z]+ \\(\\w+\\)"), PEER.version());
  }

  @Test
  void groupsBiasAndReluOfEveryImage() {
    requireInstalled();
    // Two groups of one channel: 2 x + 1 and -3 x - 1.
    try (Engine.Compiled compiled = PEER.compile(network(Activation.RELU), 2, 1)) {
      compiled.setInput(new float[] {1, -2, 3, -4, 5, 6, -7, 8});
      compiled.run();
      assertArrayEquals(new float[] {3, 0, 0, 11, 11, 13, 20, 0}, compiled.output());
    }
  }

  @Test
  void withoutReluSumsStayNegative() {
    requireInstalled();
    try (Engine.Compiled compiled = PEER.compile(network(Activation.NONE), 1, 1)) {
      compiled.setInput(new float[] {1, -2, 3, -4});
      compiled.run();
      assertArrayEquals(new float[] {3, -3, -10, 11}, compiled.output());
    }
  }

  /** The planes are no multiple of a vector, the groups are of several channels. */
  @Test
  void wholeChainsOfEveryImage() {
    requireInstalled();
    Workload workload = new Workload(24, 5, 7, 3);
    List<Entrant> entrants = PeerComparison.entrants(workload, PEER, List.of(PEER));
    BenchOptions options = BenchOptions.QUICK.withBatch(3);
    Network network = entrants.getLast().variant().network();
    float[] image = VariantTiming.image(workload.shape());
    try (ReadyList ready = new ReadyList()) {
      ready.add(entrants.getLast(), entrants.getLast().compile(3, 1));
      new VariantTiming(options, Kit.ORACLE)
          .check("here", ready.last(), Kit.ORACLE.expect(network, image));
    }
    assertEquals("OpenBLAS", entrants.getLast().name());
  }

  @Test
  void whatIsNoChainIsRefused() {
    requireInstalled();
    NetworkBuilder copy = Network.builder("copy");
    copy.output("y", copy.add("n", new Copy(), copy.input("x", Shape.of(2, 1, 2))));
    requireRefused(copy.build());
    NetworkBuilder shift = Network.builder("shift");
    Operand shifted = shift.input("x", Shape.of(2, 1, 2)).channelShift(1);
    Filter filter = Filter.pointwise(new float[] {1, 2, 3, 4}, new float[] {1, -1});
    shift.output("y", shift.add("pw", PointwiseConvolution.of(filter), shifted));
    requireRefused(shift.build());
  }

  private static void requireRefused(Network network) {
    PeerException e = assertThrows(PeerException.class, () -> PEER.compile(network, 1, 1).close());
    assertTrue(String.valueOf(e.getMessage()).startsWith("it runs chains of pointwise"));
  }

  private static Network network(Activation activation) {
    NetworkBuilder builder = Network.builder("two groups");
    Operand x = builder.input("x", Shape.of(2, 1, 2));
    Filter filter = Filter.pointwise(new float[] {2, -3}, new float[] {1, -1});
    PointwiseConvolution convolution =
        PointwiseConvolution.of(filter).withGroups(2).withActivation(activation);
    builder.output("y", builder.add("pw", convolution, x));
    return builder.build();
  }
}
