package dev.shiftwise.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Session;
import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Network;
import dev.shiftwise.tensor.Shape;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Java's own signals reach Java, whatever a driver has installed. */
final class SignalHandlersTest {
  /** SIGWINCH, of which nobody here takes notice. */
  private static final int WINDOW_CHANGED = 28;

  private static final long IGNORED = 1;

  @TempDir private Path folder = Path.of("");

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void whatACallInstallsIsTakenBack() {
    long before = SignalHandlers.keep(() -> setHandler(WINDOW_CHANGED, IGNORED));
    try {
      assertNotEquals(IGNORED, before);
      assertEquals(before, setHandler(WINDOW_CHANGED, IGNORED));
      // Also an ignored signal stays what it was.
      assertEquals(IGNORED, SignalHandlers.keep(() -> setHandler(WINDOW_CHANGED, before)));
      assertEquals(IGNORED, setHandler(WINDOW_CHANGED, IGNORED));
    } finally {
      setHandler(WINDOW_CHANGED, before);
    }
  }

  /** Sets a handler as a library would; returns the address of the one before. */
  @SuppressWarnings("restricted")
  private static long setHandler(int number, long handler) {
    Linker linker = Linker.nativeLinker();
    MethodHandle signal =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("signal"),
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    try {
      return ((MemorySegment) signal.invokeExact(number, MemorySegment.ofAddress(handler)))
          .address();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Java finds null references and divisions by zero by signals, while a driver compiles. */
  @Test
  void faultsOfJavaAreExceptionsBesideADriverThatCompiles() throws Exception {
    Driver.devices();
    Path cold = Files.createDirectories(folder.resolve("pocl"));
    String found =
        FreshJvm.run(
            Faults.class,
            Map.of("POCL_CACHE_DIR", cold.toString()),
            // The second compiler looks for null and zero itself where they have been seen.
            List.of(FreshJvm.ACCESS, "-XX:TieredStopAtLevel=1"));
    assertEquals("compiled, null is found, zero is found", found);
  }

  /** Compiles a kernel while a thread follows null references: a program of its own. */
  static final class Faults {
    private static final long PATIENCE = 20_000;
    private static final long PAUSE = 50_000;
    private static final int WARM_UP = 10_000;

    private int value = 1;

    private Faults() {}

    // The test reads the standard output of this program.
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws InterruptedException {
      Device device = Driver.devices().getFirst();
      AtomicBoolean enough = new AtomicBoolean();
      Thread nulls = Thread.ofPlatform().daemon().start(() -> followNull(enough));
      Network network =
          Samples.network(
              new Shape(8, 9, 7), (b, x) -> b.add("y", new Activate(Activation.RELU), x));
      try (Backend backend = new VariantProvider.Mapped().open(device);
          Session session = backend.compile(network)) {
        session.run(new float[8 * 9 * 7], new float[8 * 9 * 7]);
      }
      enough.set(true);
      Thread division =
          Thread.ofPlatform()
              .daemon()
              .start(() -> assertThrows(ArithmeticException.class, () -> divided(1, 0)));
      nulls.join(PATIENCE);
      division.join(PATIENCE);
      System.out.println(
          "compiled, null "
              + (nulls.isAlive() ? "hangs" : "is found")
              + ", zero "
              + (division.isAlive() ? "hangs" : "is found"));
    }

    private static void followNull(AtomicBoolean enough) {
      Faults there = new Faults();
      for (int i = 0; i < WARM_UP; i++) {
        value(there);
      }
      while (!enough.get()) {
        assertThrows(NullPointerException.class, () -> value(null));
        LockSupport.parkNanos(PAUSE);
      }
    }

    // What happens then is what is tested.
    @SuppressWarnings("NullAway")
    private static int value(@Nullable Faults of) {
      return of.value;
    }

    private static int divided(int a, int b) {
      return a / b;
    }
  }
}
