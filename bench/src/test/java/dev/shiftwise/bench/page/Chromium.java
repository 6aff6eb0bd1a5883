package dev.shiftwise.bench.page;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.shiftwise.conformance.Required;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A headless browser. Where there is none, the test is skipped, or fails if it is required. */
final class Chromium implements AutoCloseable {
  /** Its name, and what {@code -Dshiftwise.require} calls it. */
  private static final String NAME = "chromium";

  private static final List<String> QUIET =
      List.of(
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--remote-debugging-port=0");

  private final Process process;
  private final DevTools tools;

  /**
   * Starts it.
   *
   * @param folder an empty one for what it keeps
   */
  Chromium(Path folder) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(program().toString());
    command.addAll(QUIET);
    command.add("--user-data-dir=" + folder);
    command.add("about:blank");
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    try {
      tools = new DevTools(address(folder.resolve("DevToolsActivePort")));
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static Path program() {
    Optional<Path> found =
        Stream.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
            .map(folder -> Path.of(folder, NAME))
            .filter(Files::isExecutable)
            .findFirst();
    return Required.present(found, NAME, "there is no " + NAME + " on the path");
  }

  /** Waits for the file in which it says where it listens. */
  private URI address(Path file) throws IOException, InterruptedException {
    for (int tenths = 0; tenths < 600; tenths++) {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      if (lines.size() == 2) {
        return URI.create("ws://127.0.0.1:" + lines.getFirst() + lines.getLast());
      }
      assertTrue(process.isAlive(), "chromium has ended");
      Thread.sleep(100);
    }
    return fail("chromium does not say where it listens");
  }

  /** Opens a page as a device of a width shows it, and waits until it is drawn. */
  BrowserPage open(Path html, int width, boolean dark) throws InterruptedException {
    String target =
        tools
            .call("", "Target.createTarget", Map.of("url", "about:blank"))
            .get("targetId")
            .asText();
    String session =
        tools
            .call("", "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .get("sessionId")
            .asText();
    BrowserPage page = new BrowserPage(tools, session);
    page.load(html.toUri(), width, dark);
    return page;
  }

  @Override
  public void close() {
    try {
      tools.call("", "Browser.close", Map.of());
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }
}
