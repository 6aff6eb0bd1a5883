package dev.shiftwise.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shiftwise.backend.Probe;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A JVM that denies native access is told so, each time it asks. */
class NativeAccessTest {

  @Test
  void withoutNativeAccess() throws Exception {
    String output = FreshJvm.run(Twice.class, Map.of(), List.of("--illegal-native-access=deny"));
    String reason =
        "native-access-denied: the JVM denies native access to the class path"
            + " (start java with --enable-native-access=ALL-UNNAMED)";
    assertEquals(List.of(reason, reason), output.lines().toList());
  }

  /** Prints what the probe finds, two times: run in a JVM of its own. */
  static final class Twice {
    private Twice() {}

    // The test reads the output of this program.
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
      for (int i = 0; i < 2; i++) {
        switch (new CudaProvider().probe()) {
          case Probe.Available(var devices) -> System.out.println(devices);
          case Probe.Unavailable(var reasons) -> reasons.forEach(System.out::println);
        }
      }
    }
  }
}
