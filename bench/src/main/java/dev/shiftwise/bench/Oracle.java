package dev.shiftwise.bench;

import dev.shiftwise.network.Network;
import java.util.Optional;

/**
 * Says whether results are right. The caller brings one, independent of every backend: the command
 * line gives the conformance kit's evaluator in double precision. Nothing is timed whose values
 * have not passed it.
 */
@FunctionalInterface
public interface Oracle {

  /**
   * Computes what a network makes of one image.
   *
   * @param network a network of one input and one output
   * @param input the image, dense
   */
  Expectation expect(Network network, float[] input);

  /**
   * Computes what a whole network makes of one image, of so many layers that only a bound on all of
   * its output together says anything (SPEC's NET-07).
   *
   * @param network a network of one input and one output
   * @param input the image, dense
   */
  default Expectation expectWhole(Network network, float[] input) {
    return expect(network, input);
  }

  /** What the output has to be, within the bounds of SPEC.md. */
  @FunctionalInterface
  interface Expectation {
    /**
     * Compares a backend's output.
     *
     * @param output the image that it made, dense
     * @return the first element that is out of bounds, in one line; empty if all are right
     */
    Optional<String> difference(float[] output);
  }
}
