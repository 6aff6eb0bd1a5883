package dev.shiftwise.backend.cpuvector;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** After a warm-up the first run is compiled code, which boxes no vectors. */
class WarmupTest {

  @Test
  void firstRunBoxesNoVectors() throws Exception {
    List<String> flags = List.of(FreshJvm.MODULE, FreshJvm.ACCESS);
    long cold = Long.parseLong(FreshJvm.run(FirstRun.class, flags, "false"));
    long warm = Long.parseLong(FreshJvm.run(FirstRun.class, flags, "true"));
    assertTrue(
        warm * 10 < cold, () -> "bytes in the first run: cold " + cold + ", warmed up " + warm);
  }

  /** Prints how many bytes the first run of a network allocates. */
  static final class FirstRun {
    private FirstRun() {}

    // The test reads the standard output of this program.
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
      ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      Network network = network();
      float[] input = new float[16 * 32 * 32];
      float[] output = new float[96 * 32 * 32];
      CompileOptions options =
          CompileOptions.DEFAULT.withThreads(1).withWarmUp(Boolean.parseBoolean(args[0]));
      try (CpuVectorBackend backend = Networks.backend(VectorWidth.preferred().bits());
          Session session = backend.compile(network, options)) {
        long before = bean.getCurrentThreadAllocatedBytes();
        session.run(input, output);
        System.out.println(bean.getCurrentThreadAllocatedBytes() - before);
      }
    }

    private static Network network() {
      Random random = new Random(3);
      return Networks.network(
          new Shape(16, 32, 32),
          (b, x) -> {
            PointwiseConvolution wide =
                new PointwiseConvolution(Networks.filter(random, 96, 16), 1, 1, Activation.RELU);
            return b.add("y", wide, x);
          });
    }
  }
}
