package dev.shiftwise.bench;

import dev.shiftwise.network.Network;
import java.util.Optional;

/**
 * OpenBLAS on the processor, where it is installed: anybody's way to compute a pointwise
 * convolution with a library of matrices. Each layer of a chain is one {@code cblas_sgemm} a group
 * and image; bias and ReLU are a pass of their own over its result, since a product of matrices has
 * no place for them.
 */
record OpenBlas() implements Peer {

  @Override
  public String name() {
    return "OpenBLAS";
  }

  @Override
  public Optional<String> missing() {
    try {
      OpenBlasLibrary.open(OpenBlasLibrary.FILE);
      return Optional.empty();
    } catch (OpenBlasLibrary.UnavailableException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public String version() {
    return load().version();
  }

  /** It multiplies matrices: chains are all that it is given. */
  @Override
  public boolean runsNetworks() {
    return false;
  }

  @Override
  public Compiled compile(Network network, int batch, int threads) {
    return new OpenBlasChain(load(), network, batch, threads);
  }

  private static OpenBlasLibrary load() {
    try {
      return OpenBlasLibrary.open(OpenBlasLibrary.FILE);
    } catch (OpenBlasLibrary.UnavailableException e) {
      throw new PeerException(String.valueOf(e.getMessage()), e);
    }
  }
}
