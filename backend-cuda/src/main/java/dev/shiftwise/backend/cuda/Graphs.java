package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program's launches as CUDA graphs, one for each number of images that was asked for: captured
 * when it is asked for first, replayed with one call from then on. To be used inside the context.
 */
final class Graphs {
  /** Numbers of images that are kept; the one captured first makes room. */
  private static final int MOST = 16;

  private final CudaStream stream;
  private final CudaDriver driver;
  private final List<Launch> launches;
  private final int[] images = new int[MOST];
  private final @Nullable MemorySegment[] graphs = new MemorySegment[MOST];
  private int next;

  Graphs(CudaStream stream, List<Launch> launches) {
    this.stream = stream;
    this.driver = stream.driver();
    this.launches = launches;
  }

  /** Gets ready for a number of images; outside the context. */
  void prepare(int count) {
    if (find(count) == null) {
      launches.forEach(launch -> launch.prepare(count));
    }
  }

  /** Runs all launches for the first images, when the stream comes so far. */
  void launch(int count) {
    MemorySegment graph = find(count);
    if (graph != null) {
      driver.check(driver.cuGraphLaunch(graph, stream.handle()), "cuGraphLaunch");
      return;
    }
    // The first time they run one by one: the driver loads a kernel when it is looked up or first
    // runs, which it must not do during a capture.
    enqueue(count);
    MemorySegment captured = capture(count);
    release(next);
    graphs[next] = captured;
    images[next] = count;
    next = (next + 1) % MOST;
  }

  private @Nullable MemorySegment find(int count) {
    for (int i = 0; i < MOST; i++) {
      if (graphs[i] != null && images[i] == count) {
        return graphs[i];
      }
    }
    return null;
  }

  private void enqueue(int count) {
    for (Launch launch : launches) {
      launch.enqueue(driver, stream.handle(), count);
    }
  }

  private MemorySegment capture(int count) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment graph = arena.allocate(ADDRESS);
      MemorySegment executable = arena.allocate(ADDRESS);
      driver.check(
          driver.cuStreamBeginCapture_v2(
              stream.handle(), CudaConstants.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL),
          "cuStreamBeginCapture");
      try {
        enqueue(count);
      } catch (Throwable e) {
        // The stream is of no use before its capture has ended.
        if (driver.cuStreamEndCapture(stream.handle(), graph) == CudaConstants.CUDA_SUCCESS) {
          destroy(graph);
        }
        throw e;
      }
      driver.check(driver.cuStreamEndCapture(stream.handle(), graph), "cuStreamEndCapture");
      try {
        driver.check(
            driver.cuGraphInstantiateWithFlags(executable, graph.get(ADDRESS, 0), 0),
            "cuGraphInstantiate");
      } finally {
        destroy(graph);
      }
      return executable.get(ADDRESS, 0);
    }
  }

  private void destroy(MemorySegment graph) {
    MemorySegment handle = graph.get(ADDRESS, 0);
    if (!handle.equals(MemorySegment.NULL)) {
      Status.note(driver, driver.cuGraphDestroy(handle), "cuGraphDestroy");
    }
  }

  private void release(int index) {
    MemorySegment graph = graphs[index];
    if (graph != null) {
      graphs[index] = null;
      Status.note(driver, driver.cuGraphExecDestroy(graph), "cuGraphExecDestroy");
    }
  }

  void close() {
    for (int i = 0; i < MOST; i++) {
      release(i);
    }
  }
}
