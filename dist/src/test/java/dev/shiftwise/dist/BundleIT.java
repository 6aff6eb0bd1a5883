package dev.shiftwise.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.dist.Unpacked.Run;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The archive as on a machine that has no Java and no peers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BundleIT {
  private static final long MOST_BYTES = 45_000_000;

  /** A line of the list of libraries: licence, name, coordinates. */
  private static final Pattern LIBRARY =
      Pattern.compile("(?m)^ +\\((.*?)\\) .* \\([^: ]+:([^: ]+):([^: ]+) - ");

  private Unpacked bundle;

  @BeforeAll
  void unpack(@TempDir Path folder) throws IOException, InterruptedException {
    bundle = Unpacked.in(folder);
  }

  @Test
  void isSmallEnough() throws IOException {
    long bytes = Files.size(Unpacked.archive());
    assertTrue(bytes <= MOST_BYTES, () -> bytes + " bytes, wanted at most " + MOST_BYTES);
  }

  @Test
  void showsEveryBackend() throws IOException, InterruptedException {
    String out = bundle.shiftwise("devices").requireSuccess().out();
    assertTrue(out.contains("\ncpu-vector\n  cpu  "), out);
    assertTrue(out.contains("\nopencl"), out);
  }

  @Test
  void classifiesThroughALinkFromAnotherFolder() throws IOException, InterruptedException {
    Path link = bundle.scratch().resolve("linked");
    Files.createSymbolicLink(link, bundle.root().resolve("shiftwise"));
    Path image = bundle.root().resolve("examples/photographs/ankle-boot-000.png");
    Run run =
        bundle.run(
            link,
            bundle.scratch(),
            Map.of(),
            "classify",
            "--backend",
            "cpu-vector",
            image.toString());
    assertTrue(run.requireSuccess().out().matches("(?s).* Ankle boot +91\\.52 %\n.*"), run.out());
  }

  @Test
  void evaluatesTheExamples() throws IOException, InterruptedException {
    Run run =
        bundle.shiftwise("evaluate", "--backend", "cpu-vector", "--data", "examples/fashion-1000");
    assertEquals(0, run.exitCode(), run::toString);
    assertTrue(run.out().contains("918 of 1000 right"), run.out());
  }

  @Test
  void passesTheConformanceKit() throws IOException, InterruptedException {
    Run run = bundle.shiftwise("verify", "--backend", "cpu-vector");
    assertEquals(0, run.exitCode(), run::toString);
    assertTrue(run.out().contains(" passed, 0 failed, 0 unsupported"), run.out());
  }

  @Test
  void measuresWithoutPeers() throws IOException, InterruptedException {
    assertFalse(Files.exists(bundle.root().resolve("peers")));
    Run run = bundle.shiftwise("bench", "--quick", "--backend", "cpu-vector");
    assertEquals(0, run.exitCode(), run::toString);
    assertTrue(run.out().contains("\nOne fused kernel against separate kernels\n"), run.out());
    assertTrue(
        run.out().contains("\nONNX Runtime was not timed: its jars are not on the module path;"),
        run.out());
  }

  @Test
  void takesOptionsOfTheJvm() throws IOException, InterruptedException {
    Map<String, String> options =
        Map.of("SHIFTWISE_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Dshiftwise.test=1");
    assertTrue(bundle.shiftwise(options, "devices").out().contains("  c2-disabled: "));
  }

  @Test
  void takesFurtherBackendsFromTheClassPath() throws Exception {
    Path services = Files.createDirectories(bundle.scratch().resolve("outside/META-INF/services"));
    Files.writeString(
        services.resolve(BackendProvider.class.getName()), OutsideProvider.class.getName());
    URI classes = OutsideProvider.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    String path = bundle.scratch().resolve("outside") + ":" + Path.of(classes);
    Run run = bundle.shiftwise(Map.of("CLASSPATH", path), "devices").requireSuccess();
    assertTrue(run.out().contains("\noutside is unavailable\n  no-device: only a test"), run.out());
  }

  /** The Apache licence lies at the root; other texts come with their jar or beside the list. */
  @Test
  void everyLibraryHasItsLicence() throws IOException {
    String list = Files.readString(bundle.root().resolve("licenses/LIBRARIES.txt"));
    List<MatchResult> libraries = LIBRARY.matcher(list).results().toList();
    List<String> listed =
        libraries.stream().map(one -> one.group(2) + "-" + one.group(3) + ".jar").sorted().toList();
    try (Stream<Path> jars = Files.list(bundle.root().resolve("lib"))) {
      assertEquals(
          jars.map(jar -> jar.getFileName().toString())
              .filter(jar -> !jar.startsWith("shiftwise-"))
              .sorted()
              .toList(),
          listed);
    }
    for (MatchResult library : libraries) {
      assertTrue(
          library.group(1).contains("Apache")
              || bringsItsLicence(library.group(2) + "-" + library.group(3) + ".jar")
              || hasTextBesideTheList(library.group(2)),
          library.group());
    }
  }

  private boolean bringsItsLicence(String jar) throws IOException {
    try (ZipFile zip = new ZipFile(bundle.root().resolve("lib").resolve(jar).toFile())) {
      return zip.stream().anyMatch(entry -> entry.getName().startsWith("META-INF/LICENSE"));
    }
  }

  private boolean hasTextBesideTheList(String artifact) throws IOException {
    try (Stream<Path> texts = Files.list(bundle.root().resolve("licenses"))) {
      return texts
          .map(text -> text.getFileName().toString().replace(".txt", ""))
          .anyMatch(artifact::startsWith);
    }
  }
}
