package dev.shiftwise.bench;

import dev.shiftwise.network.Network;
import java.util.Optional;

/**
 * ONNX Runtime on the processor. Its jar is optional: only {@link OnnxSession} names its classes,
 * and they are loaded when they are first used.
 */
record OnnxRuntime() implements Peer {

  @Override
  public String name() {
    return "ONNX Runtime";
  }

  @Override
  public Optional<String> missing() {
    try {
      OnnxSession.load();
      return Optional.empty();
    } catch (NoClassDefFoundError e) {
      return Optional.of(
          "its jars are not on the module path; put them into the folder peers, as"
              + " docs/benchmarks.md says");
    } catch (LinkageError | RuntimeException e) {
      return Optional.of("it is there, but cannot be loaded: " + e);
    }
  }

  @Override
  public String version() {
    return OnnxSession.version();
  }

  @Override
  public Compiled compile(Network network, int batch, int threads) {
    return OnnxSession.of(network, batch, threads);
  }

  @Override
  public Compiled compile(Variant variant, int batch, int threads) {
    if (variant.onnx() != null) {
      return OnnxSession.of(variant.onnx(), variant.network(), batch, threads);
    }
    try {
      return compile(variant.network(), batch, threads);
    } catch (IllegalArgumentException e) {
      throw new PeerException(String.valueOf(e.getMessage()), e);
    }
  }
}
