package dev.shiftwise.bench.jmh;

import dev.shiftwise.tensor.Shape;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One operator as a network of one node, one thread, one image. The time has the copies of the
 * input and the output in it, as every run has; {@code copy} shows about what they take.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class OperatorBenchmark {
  /** The backend's name. */
  @Param("cpu-vector")
  public String backend = "";

  /** The operator. */
  @Param({
    "pointwise",
    "pointwise-ring",
    "pointwise-zero",
    "depthwise",
    "shuffle",
    "add",
    "average-pool",
    "copy"
  })
  public String operator = "";

  /** Channels of the map. */
  @Param({"64", "256"})
  public int channels;

  /** Rows and columns of the map. */
  @Param({"28", "14"})
  public int size;

  private @Nullable OperatorRun compiled;

  /** Compiles the network. */
  @Setup(Level.Trial)
  public void compile() {
    compiled = new OperatorRun(backend, operator, Shape.of(channels, size, size));
  }

  /** Runs it once. */
  @Benchmark
  public void run() {
    OperatorRun ready = compiled;
    if (ready != null) {
      ready.run();
    }
  }

  /** Frees the session and the backend. */
  @TearDown(Level.Trial)
  public void close() {
    if (compiled != null) {
      compiled.close();
    }
  }
}
