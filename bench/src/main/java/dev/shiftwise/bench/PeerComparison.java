package dev.shiftwise.bench;

import static dev.shiftwise.view.Border.RING;

import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.ChannelShift;
import java.util.ArrayList;
import java.util.List;

/**
 * A backend against the peers: its convolutions with both shifts, the same without, and those
 * without in each peer. All do the same multiply-adds.
 */
final class PeerComparison {
  /** The stable word that reports use. */
  static final String ID = "peers";

  /** What is compared, for people. */
  static final String TITLE = "Convolution with both shifts against other libraries without any";

  private PeerComparison() {}

  /** Returns how many are timed beside so many peers. */
  static int entrants(int peers) {
    return 2 + peers;
  }

  /** Returns what is timed at a size, the shifts first. */
  static List<Entrant> entrants(Workload workload, Engine backend, List<Peer> peers) {
    ChannelShift half = ChannelShift.halfGroup(workload.channels(), workload.groups());
    AddressShift address = AddressShift.addressNet(RING, workload.channels());
    Variant plain = Chain.of("no shift", workload, (chain, x) -> chain.convolve(workload, x));
    List<Entrant> entrants = new ArrayList<>();
    entrants.add(
        new Entrant(
            backend,
            Chain.of(
                "both shifts",
                workload,
                (chain, x) -> chain.convolve(workload, x.then(half).then(address)))));
    entrants.add(new Entrant(backend, plain));
    for (Peer peer : peers) {
      entrants.add(new Entrant(peer, new Variant(peer.name(), plain.network())));
    }
    return entrants;
  }
}
