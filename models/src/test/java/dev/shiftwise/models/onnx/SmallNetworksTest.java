package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.KernelCache;
import dev.shiftwise.conformance.Conformance;
import dev.shiftwise.models.Models;
import dev.shiftwise.models.NetworkFigures;
import dev.shiftwise.models.SmallImages;
import dev.shiftwise.models.networks.Architecture;
import dev.shiftwise.models.networks.Catalogue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every network by name on every device beside the CPU backend's, and the CUDA backend's kernels on
 * the software driver of its own tests: against ONNX Runtime, on images as small as the layers
 * allow.
 *
 * <p>The software driver computes in a JVM of its own on one core while the other compiles OpenCL's
 * kernels.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class SmallNetworksTest {
  /**
   * With other weights GhostNet's gates hang on the last bits of large sums, so that no two
   * programs agree on it within the bound.
   */
  private static final long SEED = 11;

  /** What backend-cuda's tests have built. */
  private static final Path SOFTWARE = Path.of("../backend-cuda/target/software-driver/used");

  private static final List<Backend> DEVICES = new ArrayList<>();
  private static @Nullable Process software;

  @BeforeAll
  static void open() throws IOException {
    if (Files.exists(SOFTWARE)) {
      software = Software.start();
    }
    Backends backends = Backends.discover();
    for (Device device : backends.devices()) {
      if (!device.backend().equals("cpu-vector")) {
        DEVICES.add(backends.open(device.backend(), device.id()));
      }
    }
  }

  @AfterAll
  static void close() {
    DEVICES.forEach(Backend::close);
    if (software != null) {
      software.destroy();
    }
  }

  static List<String> names() {
    return Models.names();
  }

  private static NamedNetwork network(String name) {
    Architecture architecture = NamedNetwork.architecture(name);
    return NamedNetwork.of(architecture, SmallImages.of(architecture), SEED);
  }

  private static void skip(String word, String why) {
    if (Arrays.asList(System.getProperty(Conformance.REQUIRE, "").split(",")).contains(word)) {
      fail("required: " + why);
    }
    Assumptions.abort(why);
  }

  @Order(1)
  @ParameterizedTest
  @MethodSource("names")
  void equalsEveryDevice(String name) {
    if (DEVICES.isEmpty()) {
      skip("opencl", "there is no device but the processor itself");
    }
    NamedNetwork network = network(name);
    float[] elsewhere = network.elsewhere();
    for (Backend backend : DEVICES) {
      assertEquals(
          Optional.empty(),
          NamedNetwork.difference(network.on(backend, CompileOptions.DEFAULT), elsewhere),
          backend.device().toString());
    }
  }

  @Order(2)
  @Test
  void equalsTheSoftwareDriver() throws IOException, InterruptedException {
    Process process = software;
    if (process == null) {
      skip("cuda-software", "backend-cuda's tests have built no software driver");
      return;
    }
    String found = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), found);
    List<String> wanted = Software.names().toList();
    assertEquals(String.join("\n", wanted), found.strip());
    assertEquals(40, wanted.size());
  }

  /** Prints each network's name, and what is wrong with it: a program of its own. */
  static final class Software {
    /** The others, ResNet-34 and -50, are made of the same layers and take as long as all these. */
    private static final long MOST_PARAMETERS = 12_000_000;

    private Software() {}

    static Stream<String> names() {
      return Catalogue.all().stream().map(Architecture::name).filter(Software::isSmall);
    }

    private static boolean isSmall(String name) {
      return NetworkFigures.of(name).parameters() <= MOST_PARAMETERS;
    }

    static Process start() throws IOException {
      return new ProcessBuilder(
              System.getProperty("java.home") + "/bin/java",
              "--enable-native-access=ALL-UNNAMED",
              "-Dshiftwise.cuda.driver=" + SOFTWARE.resolve("libcuda.so.1").toAbsolutePath(),
              "-Dshiftwise.cuda.nvrtc=" + SOFTWARE.resolve("libnvrtc.so.12").toAbsolutePath(),
              "-D" + KernelCache.FOLDER + "=" + System.getProperty(KernelCache.FOLDER, ""),
              "-cp",
              System.getProperty("java.class.path"),
              Software.class.getName())
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    }

    // The test reads the standard output of this program.
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
      // It runs once where the measuring is on, and twice to be warm where it is not.
      CompileOptions once = CompileOptions.DEFAULT.withProfile(true);
      try (Backend backend = Backends.discover().open("cuda")) {
        names()
            .forEach(
                name -> {
                  NamedNetwork network = network(name);
                  float[] logits = network.on(backend, once);
                  System.out.println(
                      NamedNetwork.difference(logits, network.elsewhere())
                          .map(difference -> name + " is " + difference)
                          .orElse(name));
                });
      }
    }
  }
}
