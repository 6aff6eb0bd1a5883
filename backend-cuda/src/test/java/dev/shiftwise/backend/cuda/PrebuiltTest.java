package dev.shiftwise.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.KernelCache;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.backend.Session;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.Network;
import dev.shiftwise.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kernels that were compiled ahead: which of them a device takes, and that it runs on them. */
final class PrebuiltTest {
  private static final Shape SHAPE = new Shape(6, 9, 5);

  private final Prebuilt prebuilt =
      new Prebuilt(List.of("sm_80", "sm_86", "sm_90", "compute_80", "compute_90"));

  @Test
  void binariesAreForTheirMajorVersion() {
    assertEquals(Optional.of("sm_80"), prebuilt.targetFor(80));
    assertEquals(Optional.of("sm_86"), prebuilt.targetFor(89));
    assertEquals(Optional.of("sm_90"), prebuilt.targetFor(90));
  }

  @Test
  void textIsForEverythingLater() {
    assertEquals(Optional.of("compute_90"), prebuilt.targetFor(120));
    assertEquals(Optional.empty(), prebuilt.targetFor(75));
    assertEquals(Optional.empty(), new Prebuilt(List.of()).targetFor(90));
  }

  @Test
  void whatIsListedMustBeThere() {
    Exception missing =
        assertThrows(
            IllegalStateException.class, () -> Prebuilt.binary(KernelSource.DENSE, "sm_11"));
    assertEquals(
        "resource prebuilt/sm_11/dense.cubin is missing", String.valueOf(missing.getMessage()));
  }

  /** In a JVM whose jar seems to hold what the stand-in for NVRTC has compiled before. */
  @Test
  void withoutNvrtcTheyAreRun(@TempDir Path folder) throws IOException, InterruptedException {
    SoftwareDriver software = SoftwareDriver.fresh();
    Path kernels = folder.resolve("dev/shiftwise/backend/cuda/prebuilt/sm_80");
    Files.createDirectories(kernels);
    Files.writeString(kernels.resolveSibling("targets.txt"), "sm_80\n");
    for (KernelSource source : KernelSource.values()) {
      try (NvrtcProgram program =
          new NvrtcProgram(
              software.nvrtc(), source.file(), source.text(), KernelSource.headers())) {
        Files.write(
            kernels.resolve(source.stem() + ".cubin"), program.compile(Compiler.options(80)));
      }
    }
    String output =
        FreshJvm.run(
            FreshJvm.builder(
                Main.class,
                List.of(
                    FreshJvm.ACCESS,
                    "-Xbootclasspath/a:" + folder,
                    "-D" + LibrarySearch.DRIVER + "=" + software.path(),
                    "-D" + LibrarySearch.NVRTC + "=/no/such/libnvrtc.so")));
    try (Backend backend = software.open(KernelCache.none())) {
      assertEquals("none: kernels compiled ahead\n" + result(backend), output);
    }
  }

  private static String result(Backend backend) {
    Samples samples = new Samples(1);
    Network network =
        Samples.network(
            SHAPE,
            (b, x) ->
                b.add(
                    "y",
                    new Convolution(
                        samples.filter(4, 6, 3, 3), 1, Kernel2d.square(3, 1, 1), Activation.RELU),
                    x));
    float[] output = new float[4 * (int) SHAPE.plane()];
    try (Session session = backend.compile(network)) {
      session.run(new Samples(2).values(SHAPE.elements()), output);
    }
    return Arrays.toString(output);
  }

  /** Prints where the kernels come from, and a result. */
  static final class Main {
    private Main() {}

    // The test reads the standard output of this program.
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
      CudaProvider provider = new CudaProvider();
      Device device = ((Probe.Available) provider.probe()).devices().getFirst();
      System.out.println(device.properties().get("NVRTC"));
      try (Backend backend = provider.open(device)) {
        System.out.println(result(backend));
      }
    }
  }
}
