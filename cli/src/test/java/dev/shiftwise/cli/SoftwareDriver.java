package dev.shiftwise.cli;

import dev.shiftwise.conformance.Required;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The software driver of CUDA that backend-cuda's tests have built. */
final class SoftwareDriver {
  private static final Path LIBRARIES = Repository.file("backend-cuda/target/software-driver/used");

  private SoftwareDriver() {}

  /**
   * Returns the options of a JVM that finds it; without it the test is skipped, or fails.
   *
   * @param access the option that lets the backend call it
   */
  static List<String> options(String access) {
    if (!Files.exists(LIBRARIES)) {
      Required.skip(
          "cuda-software", "backend-cuda's tests have built no software driver in " + LIBRARIES);
    }
    return List.of(
        access,
        "-Dshiftwise.cuda.driver=" + LIBRARIES.resolve("libcuda.so.1"),
        "-Dshiftwise.cuda.nvrtc=" + LIBRARIES.resolve("libnvrtc.so.12"));
  }
}
