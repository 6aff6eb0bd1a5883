package dev.shiftwise.backend;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Compiled kernels and tuning results by key. */
public final class KernelCache {
  private KernelCache() {}

  /** Returns a cache that keeps nothing. */
  public static KernelCache none() {
    return new KernelCache();
  }

  /** Returns what is kept for a key, if anything. */
  public Optional<byte[]> get(List<String> key) {
    Objects.requireNonNull(key, "key");
    return Optional.empty();
  }

  /** Keeps a blob for a key, if that can be done. */
  public void put(List<String> key, byte[] blob) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(blob, "blob");
  }

  @Override
  public String toString() {
    return "no cache";
  }
}
