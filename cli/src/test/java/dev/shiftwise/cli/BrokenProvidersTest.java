package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.BackendProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Providers that cannot be used, each for a reason of its own, lie side by side on the class path
 * of a real process; the healthy one works.
 */
final class BrokenProvidersTest {
  private static final String BOOT = Repository.photograph("ankle-boot-000.png").toString();

  private static final String UNAVAILABLE =
      "return new Probe.Unavailable(java.util.List.of("
          + "Reason.of(ReasonCode.NO_DEVICE, \"none\", \"buy one\")));";

  /** The class with each fault, and what is said of it. */
  private static final Map<String, String> MESSAGES =
      Map.of(
          "Constructor", "provider-broken: java.lang.IllegalStateException: built wrongly",
          "Probing", "provider-broken: java.lang.IllegalStateException: probed wrongly",
          "MissingInProbe", "provider-broken: java.lang.ClassNotFoundException: Helper",
          "MissingInField", "provider-broken: java.lang.NoClassDefFoundError: Helper",
          "Version", "spi-version: built for version 99",
          "Absent", "provider-broken: java.util.ServiceConfigurationError");

  @TempDir private static Path folder = Path.of("");

  private static List<String> options() {
    return List.of(Processes.NATIVE_ACCESS, "--class-path", folder.toString());
  }

  @Test
  void eachHasOneClearErrorAndARemedy() throws IOException, InterruptedException {
    Cli devices = Processes.modular(options(), "devices").requireSuccess();
    assertTrue(devices.out().contains("\ncpu-vector\n  cpu  "), devices.out());
    assertFalse(devices.out().contains("\tat "), devices.out());
    for (String message : MESSAGES.values()) {
      assertTrue(devices.out().contains(message), message + " in " + devices.out());
      String told = devices.out().substring(devices.out().indexOf(message));
      List<String> lines = told.lines().skip(1).limit(2).toList();
      assertTrue(lines.getFirst().startsWith("    remedy: "), told);
      assertFalse(lines.size() > 1 && lines.getLast().startsWith("    remedy: "), told);
    }
  }

  @Test
  void theRestWorks() throws IOException, InterruptedException {
    Cli classify = Processes.modular(options(), "classify", BOOT, "--top", "1").requireSuccess();
    assertTrue(classify.out().contains("Ankle boot"), classify.out());
  }

  @Test
  void askedForByNameItsReasonIsToldInOneLine() throws IOException, InterruptedException {
    Cli asked = Processes.modular(options(), "classify", BOOT, "--backend", "broken-probing");
    asked.requireError(1);
    for (String message : MESSAGES.values()) {
      assertTrue(asked.err().contains(message), asked.err());
    }
  }

  @Test
  void verifyFailsForABrokenProviderAlone() throws IOException, InterruptedException {
    Cli run = Processes.modular(options(), "verify", "--backend", "broken-probing");
    assertEquals(1, run.exitCode(), run::toString);
    assertTrue(run.out().contains("probed wrongly"), run.out());
  }

  /** Compiles a provider with each fault and registers them. */
  @BeforeAll
  static void make() throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-d",
                folder.toString(),
                "-proc:none",
                "--class-path",
                System.getProperty("java.class.path")));
    arguments.add(
        Files.writeString(folder.resolve("Helper.java"), "class Helper { static void help() {} }")
            .toString());
    for (String name : MESSAGES.keySet()) {
      arguments.add(Files.writeString(folder.resolve(name + ".java"), source(name)).toString());
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertNotNull(compiler);
    assertEquals(0, compiler.run(null, null, null, arguments.toArray(String[]::new)));
    Files.delete(folder.resolve("Helper.class"));
    Files.delete(folder.resolve("Absent.class"));
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.write(services.resolve(BackendProvider.class.getName()), MESSAGES.keySet());
  }

  private static String source(String name) {
    String field =
        name.equals("MissingInField") ? "private final Helper helper = new Helper();" : "";
    String constructor =
        name.equals("Constructor")
            ? "if (true) throw new IllegalStateException(\"built wrongly\");"
            : "";
    String probe =
        switch (name) {
          case "Probing" -> "throw new IllegalStateException(\"probed wrongly\");";
          case "MissingInProbe" -> "Helper.help(); " + UNAVAILABLE;
          default -> UNAVAILABLE;
        };
    return """
    import dev.shiftwise.backend.*;

    public final class %s implements BackendProvider {
      %s
      public %s() { %s }
      public String name() { return "broken-%s"; }
      public int spiVersion() { return %s; }
      public Probe probe() { %s }
      public Backend open(Device device) { throw new BackendException("not here"); }
    }
    """
        .formatted(
            name,
            field,
            name,
            constructor,
            name.toLowerCase(Locale.ROOT),
            name.equals("Version") ? "99" : "1",
            probe);
  }
}
