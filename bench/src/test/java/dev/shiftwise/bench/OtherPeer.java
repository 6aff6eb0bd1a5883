package dev.shiftwise.bench;

import dev.shiftwise.network.Network;
import java.util.Optional;

/** A peer that gives back its input. */
class OtherPeer implements Peer {
  private final Optional<String> missing;

  /** Makes one, and says why it cannot be had. */
  OtherPeer(Optional<String> missing) {
    this.missing = missing;
  }

  @Override
  public Optional<String> missing() {
    return missing;
  }

  @Override
  public String name() {
    return "other";
  }

  @Override
  public String version() {
    return "1.2.3";
  }

  @Override
  public Compiled compile(Network network, int batch, int threads) {
    return new Echo();
  }

  private static final class Echo implements Compiled {
    private float[] images = {};

    @Override
    public void setInput(float[] newImages) {
      images = newImages;
    }

    @Override
    public void run() {}

    @Override
    public float[] output() {
      return images;
    }

    @Override
    public void close() {}
  }
}
