package dev.shiftwise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The script that times PyTorch knows the network's weights; without PyTorch it goes no further.
 */
final class PyTorchScriptTest {

  @Test
  void theWeightsAreThoseOfItsNetwork() throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(
                  "python3", "-B", Path.of("src/python/pytorch_compare.py").toString(), "--dry-run")
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      Assumptions.abort("untested: there is no python3: " + e.getMessage());
      return;
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), out);
    assertTrue(out.contains(", 67 tensors as wanted\n"), out);
  }
}
