package dev.shiftwise.bench;

import dev.shiftwise.bench.BenchReport.NetworkResult;
import dev.shiftwise.network.Network;
import dev.shiftwise.plan.UnsupportedOperatorException;
import java.util.ArrayList;
import java.util.List;

/**
 * Times whole networks on a backend and in the peers beside it. Who cannot run a network is left
 * out of it, with the reason; a wrong value ends everything.
 */
final class NetworkTiming {
  private final VariantTiming timing;
  private final BenchOptions options;
  private final Oracle oracle;

  NetworkTiming(BenchOptions options, Oracle oracle) {
    this.timing = new VariantTiming(options, oracle);
    this.options = options;
    this.oracle = oracle;
  }

  /**
   * Checks the values of a network, then times it.
   *
   * @param engines the backend first, under the names that the result gives them
   * @throws WrongValueException if one computes a wrong value
   */
  NetworkResult measure(BenchNetwork subject, List<Named> engines) {
    Network network = subject.network().get();
    if (network.inputs().size() != 1 || network.outputs().size() != 1) {
      throw new IllegalArgumentException(
          subject.name()
              + " has "
              + network.inputs().size()
              + " inputs and "
              + network.outputs().size()
              + " outputs, wanted 1 of each");
    }
    Oracle.Expectation expectation =
        oracle.expectWhole(network, VariantTiming.image(network.inputs().getFirst().shape()));
    List<String> leftOut = new ArrayList<>();
    VariantTiming.Timed timed = new VariantTiming.Timed(true, List.of());
    try (ReadyList ready = new ReadyList()) {
      for (Named one : engines) {
        Variant variant = new Variant(one.name(), network, subject.onnx());
        Entrant entrant = new Entrant(one.engine(), variant);
        try {
          ready.add(entrant, entrant.compile(options.batch(), options.threads()));
        } catch (UnsupportedOperatorException | PeerException e) {
          leftOut.add(one.name() + ": " + e.getMessage());
          if (ready.all().isEmpty()) {
            break; // without the backend there is nothing to compare with
          }
          continue;
        }
        timing.check(subject.name(), ready.last(), expectation);
      }
      if (!ready.all().isEmpty()) {
        timed = timing.time(ready.all());
      }
    }
    return new NetworkResult(
        subject.name(),
        network.inputs().getFirst().shape().toString(),
        network.parameters(),
        network.multiplyAdds(),
        timed.steady(),
        timed.variants(),
        leftOut);
  }

  /**
   * What runs a network.
   *
   * @param name as the result gives it
   * @param engine runs it
   */
  record Named(String name, Engine engine) {}
}
