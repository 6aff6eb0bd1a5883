package dev.shiftwise.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.Displacement;
import dev.shiftwise.view.FeatureMap;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run asks of the driver, and what it takes. */
final class RunsTest {
  /** An image takes no whole number of aligned stretches, so images stand apart in the slab. */
  private static final Shape SHAPE = new Shape(8, 5, 3);

  private static final int IMAGE = 8 * 5 * 3;
  private static final int BATCH = 20;

  private final SoftwareDriver software = SoftwareDriver.fresh();

  @AfterEach
  void nothingIsFound() {
    assertEquals("", software.log());
    assertEquals(0, software.count("contexts"));
    assertEquals(0, software.count("leaked"));
  }

  /** Its input has no guards, what stands between its steps has. */
  private static Network network() {
    Samples samples = new Samples(1);
    return Samples.network(
        SHAPE,
        (b, x) ->
            b.add(
                "second",
                new MaxPool(Kernel2d.square(3, 1, 1), false),
                b.add(
                        "first",
                        new PointwiseConvolution(samples.filter(8, 8), 1, 1, Activation.NONE),
                        x)
                    .addressShift(Border.RING, Displacement.LEFT, Displacement.DOWN)));
  }

  private static CompileOptions options() {
    return CompileOptions.DEFAULT.withMaxBatch(BATCH);
  }

  /** More numbers of images than graphs are kept, there and back again. */
  @Test
  void everyNumberOfImagesHasItsGraph() {
    float[] input = new Samples(2).values((long) BATCH * IMAGE);
    float[] all = new float[BATCH * IMAGE];
    try (Backend backend = software.open();
        Session session = backend.compile(network(), options())) {
      session.run(input, all);
      for (int turn = 0; turn < 2; turn++) {
        for (int images = 1; images <= BATCH; images++) {
          float[] some = new float[images * IMAGE];
          session.run(Arrays.copyOf(input, images * IMAGE), some);
          assertArrayEquals(Arrays.copyOf(all, images * IMAGE), some);
        }
      }
      assertEquals(16, software.count("executables"));
      long launched = software.count("cuLaunchKernel");
      long replayed = software.count("cuGraphLaunch");
      session.run(Arrays.copyOf(input, 19 * IMAGE), new float[19 * IMAGE]);
      assertEquals(launched, software.count("cuLaunchKernel"));
      assertEquals(replayed + 1, software.count("cuGraphLaunch"));
    }
  }

  /** The first time launches go one by one, after that as a graph. */
  @Test
  void aWarmUpRunsTwiceAndLeavesTheResultsAsTheyAre() {
    float[] input = new Samples(2).values(IMAGE);
    float[] warm = new float[IMAGE];
    float[] cold = new float[IMAGE];
    try (Backend backend = software.open()) {
      try (Session session = backend.compile(network(), options().withWarmUp(false))) {
        assertEquals(0, software.count("cuLaunchKernel"));
        session.run(input, cold);
        assertEquals(0, software.count("cuGraphLaunch"));
      }
      try (Session session = backend.compile(network(), CompileOptions.DEFAULT.withMaxBatch(1))) {
        assertEquals(1, software.count("cuGraphLaunch"));
        session.run(input, warm);
        assertEquals(2, software.count("cuGraphLaunch"));
      }
    }
    assertArrayEquals(warm, cold);
  }

  @Test
  void memoryOfTheSessionIsCopiedByTheDevice() {
    float[] input = new Samples(2).values((long) BATCH * IMAGE);
    float[] expected = new float[BATCH * IMAGE];
    try (Backend backend = software.open();
        Session session = backend.compile(network(), options())) {
      session.run(input, expected);
      assertEquals(
          "memory of the device's own: x by one checked copy to pinned memory (none from"
              + " session.allocate), y by one checked copy to pinned memory (none from"
              + " session.allocate)",
          session.transfer());
      FeatureMap x = session.allocate("x");
      FeatureMap y = session.allocate("y");
      x.segment().copyFrom(MemorySegment.ofArray(input));
      session.run(x, y);
      assertArrayEquals(expected, y.segment().toArray(ValueLayout.JAVA_FLOAT));
      assertEquals(
          "memory of the device's own: x by the device's copy alone, y by the device's copy alone",
          session.transfer());
      // Back to memory of the caller's.
      float[] again = new float[BATCH * IMAGE];
      session.run(input, again);
      assertArrayEquals(expected, again);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"given", "own"})
  void runningAllocatesNothing(String memory) throws IOException, InterruptedException {
    List<String> flags =
        List.of(
            FreshJvm.ACCESS,
            "-D" + LibrarySearch.DRIVER + "=" + software.path(),
            "-D" + LibrarySearch.NVRTC + "=" + software.nvrtcPath());
    assertEquals(
        "0", FreshJvm.run(FreshJvm.builder(Running.class, flags, memory)), "bytes in 10 runs");
  }

  /** Runs a network until 10 runs allocate nothing, and prints what they last did. */
  static final class Running {
    private static final ThreadMXBean BEAN = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Duration WARM_UP = Duration.ofMinutes(1);
    private static final int IMAGES = 2;

    private Running() {}

    // The test reads the standard output of this program.
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
      CudaProvider provider = new CudaProvider();
      SoftwareDriver software = SoftwareDriver.fresh();
      // Looking at accesses takes long, and is not what is asked here.
      software.set("races", 0);
      try (Backend backend =
              provider.open(Descriptions.device("cuda", software.look().devices().getFirst()));
          Session session =
              backend.compile(network(), CompileOptions.DEFAULT.withMaxBatch(IMAGES));
          Arena arena = Arena.ofConfined()) {
        boolean given = args[0].equals("given");
        FeatureMap input =
            given ? session.allocate("x") : FeatureMap.allocate(arena, IMAGES, SHAPE);
        FeatureMap output =
            given ? session.allocate("y") : FeatureMap.allocate(arena, IMAGES, SHAPE);
        long allocated = Long.MAX_VALUE;
        Instant end = Instant.now().plus(WARM_UP);
        while (allocated > 0 && Instant.now().isBefore(end)) {
          run(session, input, output, 100);
          long before = BEAN.getCurrentThreadAllocatedBytes();
          run(session, input, output, 10);
          allocated = BEAN.getCurrentThreadAllocatedBytes() - before;
        }
        System.out.println(allocated);
      }
    }

    private static void run(Session session, FeatureMap input, FeatureMap output, int times) {
      for (int i = 0; i < times; i++) {
        session.run(input, output);
      }
    }
  }
}
