package dev.shiftwise.bench.page;

import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A page in a browser. */
final class BrowserPage {
  private final DevTools tools;
  private final String session;
  private int width;

  BrowserPage(DevTools tools, String session) {
    this.tools = tools;
    this.session = session;
  }

  void load(URI page, int newWidth, boolean dark) throws InterruptedException {
    width = newWidth;
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      call(domain + ".enable", Map.of());
    }
    size(900);
    call(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    call("Page.navigate", Map.of("url", page.toString()));
    for (int tenths = 0; tenths < 600; tenths++) {
      if (evaluate("document.readyState === 'complete'").asBoolean()
          && evaluate("location.href !== 'about:blank'").asBoolean()) {
        return;
      }
      Thread.sleep(100);
    }
    fail("the page is not loaded");
  }

  private void size(int height) throws InterruptedException {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
  }

  JsonNode call(String method, Map<String, ?> parameters) throws InterruptedException {
    return tools.call(session, method, parameters);
  }

  /** Returns the value of an expression, which JSON can hold. */
  JsonNode evaluate(String expression) throws InterruptedException {
    JsonNode answer =
        call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
    if (answer.has("exceptionDetails")) {
      fail(expression + ": " + answer.get("exceptionDetails"));
    }
    return answer.at("/result/value");
  }

  /** Returns whatever went wrong: exceptions, messages on the console, refusals of the policy. */
  List<String> complaints() {
    List<String> complaints = new ArrayList<>();
    for (JsonNode event : tools.events(session)) {
      String kind = event.get("method").asText();
      if (List.of("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
          .contains(kind)) {
        complaints.add(event.toString());
      }
    }
    return complaints;
  }

  /** Returns what was fetched, the page itself included. */
  List<String> requests() {
    return tools.events(session).stream()
        .filter(event -> event.get("method").asText().equals("Network.requestWillBeSent"))
        .map(event -> event.at("/params/request/url").asText())
        .toList();
  }

  /** Writes a picture of the whole page. */
  void picture(Path file) throws InterruptedException, IOException {
    size(Math.min(16_000, evaluate("document.documentElement.scrollHeight").asInt()));
    JsonNode picture = call("Page.captureScreenshot", Map.of("format", "png"));
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, Base64.getDecoder().decode(picture.get("data").asText()));
    size(900);
  }

  /** Prints it to a file. */
  void print(Path file) throws InterruptedException, IOException {
    JsonNode document = call("Page.printToPDF", Map.of("printBackground", true));
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, Base64.getDecoder().decode(document.get("data").asText()));
  }
}
