package dev.shiftwise.bench.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The DevTools protocol of a browser: calls with answers, and events. Safe for any thread. */
final class DevTools implements WebSocket.Listener {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final List<JsonNode> events = new CopyOnWriteArrayList<>();
  private final AtomicInteger last = new AtomicInteger();
  private final StringBuilder message = new StringBuilder();
  private final WebSocket socket;

  /** Connects. */
  DevTools(URI address) {
    socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(address, this).join();
  }

  /**
   * Calls a method and waits for its answer.
   *
   * @param session the page, or empty for the browser
   */
  JsonNode call(String session, String method, Map<String, ?> parameters)
      throws InterruptedException {
    int id = last.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    Map<String, Object> request =
        session.isEmpty()
            ? Map.of("id", id, "method", method, "params", parameters)
            : Map.of("id", id, "method", method, "params", parameters, "sessionId", session);
    try {
      socket.sendText(MAPPER.writeValueAsString(request), true).join();
      JsonNode all = answer.get(1, TimeUnit.MINUTES);
      if (all.has("error")) {
        throw new IllegalStateException(method + ": " + all.get("error"));
      }
      return all.get("result");
    } catch (JsonProcessingException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException(method, e);
    }
  }

  /** Returns the events of a page so far. */
  List<JsonNode> events(String session) {
    return events.stream()
        .filter(event -> event.path("sessionId").asText().equals(session))
        .toList();
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean isLast) {
    message.append(data);
    if (isLast) {
      String text = message.toString();
      message.setLength(0);
      take(text);
    }
    from.request(1);
    return null;
  }

  private void take(String text) {
    try {
      JsonNode node = MAPPER.readTree(text);
      CompletableFuture<JsonNode> answer =
          node.has("id") ? waiting.remove(node.get("id").asInt()) : null;
      if (answer == null) {
        events.add(node);
      } else {
        answer.complete(node);
      }
    } catch (JsonProcessingException e) {
      waiting.values().forEach(one -> one.completeExceptionally(e));
    }
  }
}
