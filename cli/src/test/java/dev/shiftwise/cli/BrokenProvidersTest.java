package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.BackendProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Providers that cannot be used lie on the class path of a real process; the healthy one works. */
final class BrokenProvidersTest {
  private static final String BOOT = Repository.photograph("ankle-boot-000.png").toString();

  private static final String UNAVAILABLE =
      "return new Probe.Unavailable(java.util.List.of("
          + "Reason.of(ReasonCode.NO_DEVICE, \"none\", \"buy one\")));";

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          constructor      | provider-broken: java.lang.IllegalStateException: built wrongly
          probe            | provider-broken: java.lang.IllegalStateException: probed wrongly
          missing-in-probe | provider-broken: java.lang.ClassNotFoundException: Helper
          missing-in-field | provider-broken: java.lang.NoClassDefFoundError: Helper
          version          | spi-version: built for version 99
          no-such-class    | provider-broken: java.util.ServiceConfigurationError
          """)
  void oneClearErrorAndTheRestWorks(String fault, String message)
      throws IOException, InterruptedException {
    make(fault);
    List<String> options = List.of(Processes.NATIVE_ACCESS, "--class-path", folder.toString());

    Cli devices = Processes.modular(options, "devices").requireSuccess();
    assertTrue(devices.out().contains(message), devices.out());
    assertTrue(devices.out().contains("\ncpu-vector\n  cpu  "), devices.out());
    String told = devices.out().substring(devices.out().indexOf(message));
    assertTrue(told.lines().skip(1).findFirst().orElse("").startsWith("    remedy: "), told);
    assertFalse(told.lines().skip(2).anyMatch(line -> line.startsWith("    remedy: ")), told);
    assertFalse(devices.out().contains("\tat "), devices.out());

    Cli classify = Processes.modular(options, "classify", BOOT, "--top", "1").requireSuccess();
    assertTrue(classify.out().contains("Ankle boot"), classify.out());

    Cli asked = Processes.modular(options, "classify", BOOT, "--backend", "broken");
    asked.requireError(1);
    assertTrue(asked.err().contains(message), asked.err());
  }

  @Test
  void verifyFailsForABrokenProviderAlone() throws IOException, InterruptedException {
    make("probe");
    List<String> options = List.of(Processes.NATIVE_ACCESS, "--class-path", folder.toString());
    assertEquals(1, Processes.modular(options, "verify", "--backend", "broken").exitCode());
  }

  /** Compiles a provider with one fault and registers it. */
  private void make(String fault) throws IOException {
    String source =
        switch (fault) {
          case "constructor" ->
              source(
                  "",
                  "if (true) throw new IllegalStateException(\"built wrongly\");",
                  "1",
                  UNAVAILABLE);
          case "probe" ->
              source("", "", "1", "throw new IllegalStateException(\"probed wrongly\");");
          case "missing-in-probe" -> source("", "", "1", "Helper.help(); " + UNAVAILABLE);
          case "missing-in-field" ->
              source("private final Helper helper = new Helper();", "", "1", UNAVAILABLE);
          case "version" -> source("", "", "99", UNAVAILABLE);
          default -> source("", "", "1", UNAVAILABLE);
        };
    Path file = Files.writeString(folder.resolve("Broken.java"), source);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertNotNull(compiler);
    int failed =
        compiler.run(
            null,
            null,
            null,
            "-d",
            folder.toString(),
            "-proc:none",
            "--class-path",
            System.getProperty("java.class.path"),
            file.toString());
    assertEquals(0, failed);
    Files.delete(folder.resolve("Helper.class"));
    if (fault.equals("no-such-class")) {
      Files.delete(folder.resolve("Broken.class"));
    }
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve(BackendProvider.class.getName()), "Broken\n");
  }

  private static String source(String field, String constructor, String version, String probe) {
    return """
    import dev.shiftwise.backend.*;

    public final class Broken implements BackendProvider {
      %s
      public Broken() { %s }
      public String name() { return "broken"; }
      public int spiVersion() { return %s; }
      public Probe probe() { %s }
      public Backend open(Device device) { throw new BackendException("not here"); }
    }

    class Helper { static void help() {} }
    """
        .formatted(field, constructor, version, probe);
  }
}
