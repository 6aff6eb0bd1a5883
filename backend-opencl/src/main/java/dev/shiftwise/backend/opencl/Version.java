package dev.shiftwise.backend.opencl;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of OpenCL.
 *
 * @param major the digits before the dot
 * @param minor the digits after it
 */
record Version(int major, int minor) {
  private static final Pattern WORDING = Pattern.compile("OpenCL (\\d{1,4})\\.(\\d{1,4})");

  /** Reads {@code OpenCL 3.0 and what the vendor adds}; anything else is version 0.0. */
  static Version of(String text) {
    Matcher matcher = WORDING.matcher(text);
    return matcher.lookingAt()
        ? new Version(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))
        : new Version(0, 0);
  }

  /** Returns whether it is the given version or a later one. */
  boolean isAtLeast(int wantedMajor, int wantedMinor) {
    return major > wantedMajor || (major == wantedMajor && minor >= wantedMinor);
  }
}
