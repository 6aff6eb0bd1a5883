package dev.shiftwise.backend.cpuvector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.network.Network;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.FeatureMap;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A run allocates nothing once the JIT has compiled it. In a JVM of its own: the other tests use
 * three vector widths, and what the JIT learns from them keeps it from compiling the API's methods
 * for one.
 */
class AllocationTest {
  private static final Duration WARM_UP = Duration.ofMinutes(2);

  @ParameterizedTest
  @ValueSource(strings = {"1", "2"})
  void runningAllocatesNothing(String threads) throws Exception {
    assertEquals(
        "0 0",
        FreshJvm.run(Running.class, List.of(FreshJvm.MODULE, FreshJvm.ACCESS), threads),
        "bytes in 10 runs of each network");
  }

  /** Runs each network until 10 runs allocate nothing, and prints what they last did. */
  static final class Running {
    private static final ThreadMXBean BEAN = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final int BATCH = 3;

    private Running() {}

    // The test reads the standard output of this program.
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
      int threads = Integer.parseInt(args[0]);
      try (CpuVectorBackend backend = Networks.backend(VectorWidth.preferred().bits())) {
        System.out.println(
            ThreadsTest.networks(Border.RING).stream()
                .map(network -> String.valueOf(allocated(backend, network, threads)))
                .collect(Collectors.joining(" ")));
      }
    }

    private static long allocated(CpuVectorBackend backend, Network network, int threads) {
      CompileOptions options = CompileOptions.DEFAULT.withMaxBatch(BATCH).withThreads(threads);
      try (Session session = backend.compile(network, options);
          Arena arena = Arena.ofConfined()) {
        FeatureMap input = FeatureMap.allocate(arena, BATCH, ThreadsTest.INPUT);
        FeatureMap output = FeatureMap.allocate(arena, BATCH, new Shape(10, 1, 1));
        long allocated = Long.MAX_VALUE;
        Instant end = Instant.now().plus(WARM_UP);
        while (allocated > 0 && Instant.now().isBefore(end)) {
          run(session, input, output, 100);
          long helpers = allocatedByHelpers();
          long own = BEAN.getCurrentThreadAllocatedBytes();
          run(session, input, output, 10);
          allocated = BEAN.getCurrentThreadAllocatedBytes() - own;
          allocated += allocatedByHelpers() - helpers;
        }
        return allocated;
      }
    }

    private static void run(Session session, FeatureMap input, FeatureMap output, int times) {
      for (int i = 0; i < times; i++) {
        session.run(input, output);
      }
    }

    private static long allocatedByHelpers() {
      return Thread.getAllStackTraces().keySet().stream()
          .filter(thread -> thread.getName().startsWith("shiftwise-cpu-"))
          .mapToLong(thread -> BEAN.getThreadAllocatedBytes(thread.threadId()))
          .sum();
    }
  }
}
