package dev.shiftwise.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes, with several threads each, on one cache's folder. */
class SharedCacheTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void processesAndThreadsShareAFolder() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      processes.add(
          new ProcessBuilder(
                  System.getProperty("java.home") + "/bin/java",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Hammer.class.getName(),
                  folder.toString(),
                  String.valueOf(i))
              .redirectErrorStream(true)
              .start());
    }
    Hammer.main(new String[] {folder.toString(), "7"});
    for (Process process : processes) {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor(), out);
      assertEquals("", out);
    }
    long bytes = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        assertTrue(file.getFileName().toString().matches("[0-9a-f]{64}\\.blob"), file::toString);
        bytes += Files.size(file);
      }
    }
    assertTrue(bytes <= Hammer.MOST_BYTES, () -> "more than the cap");
  }

  /** Puts and gets the same few keys over and over, with too little room for all. */
  static final class Hammer {
    static final long MOST_BYTES = 20_000;
    private static final int KEYS = 12;
    private static final int ROUNDS = 150;

    private Hammer() {}

    public static void main(String[] arguments) throws InterruptedException {
      KernelCache cache = KernelCache.at(Path.of(arguments[0]), MOST_BYTES);
      List<Thread> threads = new ArrayList<>();
      List<Throwable> failures = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        int seed = Integer.parseInt(arguments[1]) * 31 + i;
        Thread thread = new Thread(() -> hammer(cache, new Random(seed)));
        thread.setUncaughtExceptionHandler(
            (_, e) -> {
              synchronized (failures) {
                failures.add(e);
              }
            });
        thread.start();
        threads.add(thread);
      }
      for (Thread thread : threads) {
        thread.join();
      }
      if (!failures.isEmpty()) {
        throw new AssertionError("a thread failed", failures.getFirst());
      }
    }

    private static void hammer(KernelCache cache, Random random) {
      int hits = 0;
      for (int round = 0; round < ROUNDS; round++) {
        int key = random.nextInt(KEYS);
        Optional<byte[]> found = cache.get(List.of("key", String.valueOf(key)));
        if (found.isPresent()) {
          assertArrayEquals(content(key), found.get());
          hits++;
        } else {
          cache.put(List.of("key", String.valueOf(key)), content(key));
        }
        if (round % 16 == 0) {
          cache.put(List.of("key", String.valueOf(key)), content(key));
        }
      }
      assertTrue(hits > 0, "nothing was ever found");
    }

    private static byte[] content(int key) {
      byte[] content = new byte[1000 + 300 * key];
      Arrays.fill(content, (byte) key);
      return content;
    }
  }
}
