package dev.shiftwise.backend.cuda;

/** Versions of CUDA, which its functions write as 13000 for 13.0 and 12040 for 12.4. */
final class Versions {
  private Versions() {}

  /** Returns a version as people write it. */
  static String words(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }
}
