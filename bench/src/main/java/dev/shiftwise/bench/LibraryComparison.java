package dev.shiftwise.bench;

import static dev.shiftwise.view.Border.RING;

import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Operand;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.ChannelShift;
import java.util.ArrayList;
import java.util.List;

/**
 * A backend against libraries of others on its own device: its convolutions with both shifts in one
 * kernel, with each move in a kernel of its own, and what the libraries make of the same networks.
 * All do the same multiply-adds.
 */
final class LibraryComparison {
  /** The stable word that reports use. */
  static final String ID = "libraries";

  /** What is compared, for people. */
  static final String TITLE = "Both shifts in one kernel against libraries on the same device";

  private LibraryComparison() {}

  /** Returns how many are timed beside so many libraries. */
  static int entrants(int libraries) {
    return 4 + 3 * libraries;
  }

  /** Returns what is timed at a size, the shifts in one kernel first. */
  static List<Entrant> entrants(
      Workload workload, Engine backend, List<? extends Engine> libraries) {
    Variant shifts =
        Chain.of(
            "both shifts", workload, (chain, x) -> chain.convolve(workload, shifted(workload, x)));
    Variant shuffle =
        Chain.of(
            "channel shuffle",
            workload,
            (chain, x) ->
                chain.convolve(workload, chain.add(new ChannelShuffle(workload.groups()), x)));
    Variant plain = Chain.of("no shift", workload, (chain, x) -> chain.convolve(workload, x));
    List<Entrant> entrants = new ArrayList<>();
    entrants.add(new Entrant(backend, shifts));
    entrants.add(
        new Entrant(
            backend,
            Chain.of(
                "both shifts copied",
                workload,
                (chain, x) ->
                    chain.convolve(workload, chain.add(new Copy(), shifted(workload, x))))));
    entrants.add(new Entrant(backend, shuffle));
    entrants.add(new Entrant(backend, plain));
    for (Engine library : libraries) {
      for (Variant variant : List.of(shifts, shuffle, plain)) {
        entrants.add(
            new Entrant(
                library, new Variant(library.name() + ", " + variant.name(), variant.network())));
      }
    }
    return entrants;
  }

  private static Operand shifted(Workload workload, Operand x) {
    return x.then(ChannelShift.halfGroup(workload.channels(), workload.groups()))
        .then(AddressShift.addressNet(RING, workload.channels()));
  }
}
