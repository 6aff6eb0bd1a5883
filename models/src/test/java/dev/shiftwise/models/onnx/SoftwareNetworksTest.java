package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.KernelCache;
import dev.shiftwise.conformance.Required;
import dev.shiftwise.models.NamedNetwork;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Networks by name by the kernels of the CUDA backend, on the software driver that its own tests
 * have built, against ONNX Runtime. It computes in a JVM of its own, on one core, beside the other
 * tests.
 */
@Execution(ExecutionMode.CONCURRENT)
final class SoftwareNetworksTest {
  private static final Path LIBRARIES = Path.of("../backend-cuda/target/software-driver/used");

  /** Of each family the smallest, and what differs from it by more than depth and width. */
  private static List<String> names() {
    return List.of(
        "addressnet-20",
        "addressnet-imagenet",
        "enhanced-addressnet-20",
        "shuffle-addressnet-20",
        "shufflenet_v1_g1",
        "shufflenet_v1_g8",
        "shufflenet_v2_x0_5",
        "mobilenet_v1",
        "mobilenet_v2",
        "mobilenet_v3_small",
        "ghostnet_1_0",
        "shiftnet_c",
        "shiftresnet20_6",
        "resnet20",
        "resnet18",
        "squeezenet1_1");
  }

  @Test
  void equalsOnnxRuntime() throws IOException, InterruptedException {
    if (!Files.exists(LIBRARIES)) {
      Required.skip("cuda-software", "backend-cuda's tests have built no software driver");
    }
    List<String> names = names();
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "-Dshiftwise.cuda.driver=" + LIBRARIES.resolve("libcuda.so.1").toAbsolutePath(),
                "-Dshiftwise.cuda.nvrtc=" + LIBRARIES.resolve("libnvrtc.so.12").toAbsolutePath(),
                "-D" + KernelCache.FOLDER + "=" + System.getProperty(KernelCache.FOLDER, ""),
                "-cp",
                System.getProperty("java.class.path"),
                Networks.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      String found = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor(), found);
      assertEquals(String.join("\n", names), found.strip());
    } finally {
      process.destroy();
    }
  }

  /** Prints each network's name, and what is wrong with it: a program of its own. */
  static final class Networks {
    private Networks() {}

    // The test reads the standard output of this program.
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
      // Without a profile, a network would run twice more to be warm.
      CompileOptions options = CompileOptions.DEFAULT.withProfile(true);
      try (Backend backend = Backends.discover().open("cuda")) {
        for (String name : names()) {
          NamedNetwork network = NamedNetwork.of(name, NamedNetwork.Size.SMALL);
          float[] logits = network.on(backend, options);
          System.out.println(
              NamedNetwork.difference(logits, RuntimeSession.logits(network))
                  .map(difference -> name + " is " + difference)
                  .orElse(name));
        }
      }
    }
  }
}
