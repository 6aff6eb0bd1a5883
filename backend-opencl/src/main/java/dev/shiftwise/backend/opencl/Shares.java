package dev.shiftwise.backend.opencl;

/**
 * How work on planes is shared among work-groups: each has a chunk of the pixels of some channels.
 *
 * @param chunk pixels of a group
 * @param chunks how many chunks a plane has
 * @param parts parts of the channels
 */
record Shares(int chunk, int chunks, int parts) {
  /** Bytes moved by a group on a CPU: waking a second thread costs more than moving fewer. */
  static final long ENOUGH = 32 << 10;

  /** Groups for each compute unit of a CPU, so that all have finished at about the same time. */
  private static final long GROUPS_PER_UNIT = 16;

  /** Some drivers have no more groups in the second dimension. */
  private static final int MOST_PARTS = 65_535;

  /**
   * Shares planes.
   *
   * @param step pixels that a group works on at a time
   * @param bytes that the work on one pixel is worth
   */
  static Shares of(ClDevice.Facts facts, int channels, int pixels, int step, long bytes) {
    if (facts.kind() != ClDevice.Kind.CPU) {
      return new Shares(step, Math.ceilDiv(pixels, step), Math.min(channels, MOST_PARTS));
    }
    int groups = groups(facts, (long) channels * pixels * bytes);
    int parts = Math.min(Math.min(groups, channels), MOST_PARTS);
    int wanted = Math.ceilDiv(pixels, groups / parts);
    int chunk = (int) Math.min(Math.ceilDiv(wanted, step) * (long) step, pixels);
    return new Shares(chunk, Math.ceilDiv(pixels, chunk), parts);
  }

  /** Returns how many groups of a CPU should share so many bytes. */
  static int groups(ClDevice.Facts facts, long bytes) {
    return (int) Math.clamp(bytes / ENOUGH, 1, GROUPS_PER_UNIT * facts.computeUnits());
  }
}
