package dev.shiftwise.backend.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Kernels that were compiled ahead and lie beside the classes, as in the bundle: for devices on
 * machines without NVRTC.
 *
 * @param targets what they were compiled for, as nvcc names it: {@code sm_90} is a binary for
 *     devices of 9.0 and later 9.x, {@code compute_80} is text that the driver translates for 8.0
 *     and everything later
 */
record Prebuilt(List<String> targets) {
  private static final String FOLDER = "prebuilt/";
  private static final String LIST = FOLDER + "targets.txt";
  private static final String BINARY = "sm_";
  private static final String TEXT = "compute_";

  /** Copies the list. */
  Prebuilt {
    targets = List.copyOf(targets);
  }

  /** Returns those that this program came with; often none. */
  static Prebuilt here() {
    return new Prebuilt(
        read(LIST)
            .map(list -> new String(list, StandardCharsets.UTF_8).lines().toList())
            .orElse(List.of()));
  }

  /**
   * Returns which of them a device runs: a binary of its own major version, else text.
   *
   * @param capability the device's compute capability, as 90 for 9.0
   */
  Optional<String> targetFor(int capability) {
    return newest(BINARY, version -> version / 10 == capability / 10 && version <= capability)
        .or(() -> newest(TEXT, version -> version <= capability));
  }

  private Optional<String> newest(String kind, Predicate<Integer> suits) {
    return targets.stream()
        .filter(target -> target.startsWith(kind) && suits.test(version(target, kind)))
        .max(Comparator.comparingInt(target -> version(target, kind)));
  }

  private static int version(String target, String kind) {
    return Integer.parseInt(target.substring(kind.length()));
  }

  /** Returns a file's kernels for one of the targets, as the driver takes them. */
  static byte[] binary(KernelSource source, String target) {
    String name =
        FOLDER + target + "/" + source.stem() + (target.startsWith(TEXT) ? ".ptx" : ".cubin");
    return read(name)
        .orElseThrow(() -> new IllegalStateException("resource " + name + " is missing"));
  }

  private static Optional<byte[]> read(String name) {
    try (InputStream in = Prebuilt.class.getResourceAsStream(name)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read resource " + name, e);
    }
  }
}
