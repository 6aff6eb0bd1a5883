package dev.shiftwise.backend;

import dev.shiftwise.network.Network;
import dev.shiftwise.network.Value;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.FeatureMap;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A compiled network, ready to run. Made by {@link Backend#compile}; the caller closes it.
 *
 * <p><b>Threads.</b> Any thread may run a session, one run at a time: a second one meanwhile gets
 * {@link IllegalStateException}. For runs side by side compile one session for each thread.
 *
 * <p><b>Lifetime.</b> A caller's memory is read and written only during {@link #run}, by checked
 * copies on the calling thread; so closing it at any moment ends in an exception or a finished run,
 * never in a crash. Devices touch, in place, only memory that {@link #allocate} gave out. {@link
 * #close} waits for a run under way. After it, the session and what {@link #allocate} gave out
 * refuse every use.
 *
 * <p>After warm-up {@link #run(Bindings)} and {@link #run(FeatureMap, FeatureMap)} allocate nothing
 * on the heap; where a driver wants Java buffers for what it maps or copies, a few objects.
 */
public final class Session implements AutoCloseable {
  private final Network network;
  private final MemoryPlan plan;
  private final CompileOptions options;
  private final Program program;
  private final Arena arena = Arena.ofShared();
  private final ReentrantLock running = new ReentrantLock();
  private final Bindings single;

  /** Asked before each run, so that a run without a recording allocates no event. */
  private final RunEvent recorded = new RunEvent();

  private volatile boolean closed;

  // What `single` is bound to, so that running on the same maps again binds nothing.
  private @Nullable FeatureMap lastInput;
  private @Nullable FeatureMap lastOutput;

  private Session(Network network, MemoryPlan plan, CompileOptions options, Program program) {
    this.network = network;
    this.plan = plan;
    this.options = options;
    this.program = program;
    this.single = new Bindings(network, plan, options.maxBatch());
  }

  static Session compile(Backend backend, Network network, CompileOptions options) {
    CompileEvent event = new CompileEvent();
    event.begin();
    MemoryPlan plan =
        MemoryPlan.of(network, backend.capabilities(), backend.layout(), options.maxBatch());
    Session session = new Session(network, plan, options, load(backend, plan, options));
    event.network = network.name();
    event.backend = backend.device().backend();
    event.steps = plan.steps().size();
    event.slabBytes = plan.slabBytes();
    event.commit();
    return session;
  }

  private static Program load(Backend backend, MemoryPlan plan, CompileOptions options) {
    try {
      return backend.load(plan, options);
    } catch (OutOfMemoryError e) {
      throw new BackendException(
          backend.device()
              + " has not enough memory for network '"
              + plan.network().name()
              + "', whose slab takes "
              + plan.slabBytes()
              + " bytes; compile for a smaller batch or fewer threads",
          e);
    }
  }

  /** Returns the network as it was given. */
  public Network network() {
    return network;
  }

  /** Returns where everything lives, and every copy that could not be avoided. */
  public MemoryPlan plan() {
    return plan;
  }

  /** Returns the options it was compiled with. */
  public CompileOptions options() {
    return options;
  }

  /**
   * Returns how inputs and outputs cross between the caller's memory and the device, for people.
   */
  public String transfer() {
    return program.transfer();
  }

  /** Returns new bindings for this session, to be filled and used for any number of runs. */
  public Bindings bind() {
    return new Bindings(network, plan, options.maxBatch());
  }

  /**
   * Runs the network.
   *
   * @param bindings made by {@link #bind} of this session, with every input and output bound
   * @throws IllegalArgumentException if something is not bound, the batches differ, or an output
   *     overlaps what it must not
   * @throws IllegalStateException if another run is under way, or the session or bound memory is
   *     closed
   * @throws WrongThreadException if bound memory belongs to another thread
   */
  public void run(Bindings bindings) {
    if (!bindings.isFor(plan)) {
      throw new IllegalArgumentException("bindings are of another session, wanted bind() of this");
    }
    enter();
    try {
      runChecked(bindings);
    } finally {
      running.unlock();
    }
  }

  private void enter() {
    if (running.isHeldByCurrentThread() || !running.tryLock()) {
      throw new IllegalStateException(
          "the session is running already; it runs one call at a time: compile another session");
    }
    if (closed) {
      running.unlock();
      throw closedAlready();
    }
  }

  private void runChecked(Bindings bindings) {
    bindings.check();
    RunEvent event = recorded.isEnabled() ? new RunEvent() : null;
    if (event != null) {
      event.begin();
    }
    program.run(bindings);
    if (event != null) {
      event.network = network.name();
      event.batch = bindings.batch();
      event.commit();
    }
  }

  /**
   * Runs a network of one input and one output.
   *
   * @param input any view of the input's shape
   * @param output a window of the output's shape and the same batch
   * @throws IllegalArgumentException if the network has several inputs or outputs, or as {@link
   *     #run(Bindings)}
   */
  public void run(FeatureMap input, FeatureMap output) {
    requireSingle();
    enter();
    try {
      if (input != lastInput || output != lastOutput) {
        // A refusal half-way must not leave the pair remembered with only one of them bound.
        lastInput = null;
        lastOutput = null;
        single.input(network.inputs().getFirst().name(), input);
        single.output(network.outputs().keySet().iterator().next(), output);
        lastInput = input;
        lastOutput = output;
      }
      runChecked(single);
    } finally {
      running.unlock();
    }
  }

  /**
   * Runs a network of one input and one output on dense arrays.
   *
   * @param input images one behind the other; their number is the batch
   * @param output as many results
   * @throws IllegalArgumentException if the lengths are not the same multiple of input and output,
   *     or as {@link #run(FeatureMap, FeatureMap)}
   */
  public void run(float[] input, float[] output) {
    requireSingle();
    Shape in = network.inputs().getFirst().shape();
    Shape out = network.outputs().values().iterator().next().shape();
    int batch = batchOf("input", input, in);
    if (batchOf("output", output, out) != batch) {
      throw new IllegalArgumentException(
          "output has "
              + output.length
              + " elements, wanted "
              + batch * out.elements()
              + " for a batch of "
              + batch);
    }
    run(FeatureMap.of(input, batch, in), FeatureMap.of(output, batch, out));
  }

  private static int batchOf(String name, float[] values, Shape shape) {
    if (values.length == 0 || values.length % shape.elements() != 0) {
      throw new IllegalArgumentException(
          name + " has " + values.length + " elements, wanted a multiple of " + shape.elements());
    }
    return (int) (values.length / shape.elements());
  }

  private void requireSingle() {
    if (network.inputs().size() != 1 || network.outputs().size() != 1) {
      throw new IllegalArgumentException(
          "network '"
              + network.name()
              + "' has "
              + network.inputs().size()
              + " inputs and "
              + network.outputs().size()
              + " outputs, wanted 1 of each; use bind()");
    }
  }

  /**
   * Returns memory for an input or output, of the compiled largest batch. The session owns it and
   * frees it when it is closed. Where the device shares memory with the host, a run reads and
   * writes it in place, if {@link #transfer} names the input or output.
   *
   * @param name of an input or output
   * @throws IllegalArgumentException if there is none of that name
   * @throws IllegalStateException if the session is closed
   */
  public FeatureMap allocate(String name) {
    if (closed) {
      throw closedAlready();
    }
    Shape shape = shapeOf(name);
    long bytes = FeatureMap.byteSize(options.maxBatch(), shape);
    return FeatureMap.of(program.allocate(arena, bytes), options.maxBatch(), shape);
  }

  private Shape shapeOf(String name) {
    for (Value input : network.inputs()) {
      if (input.name().equals(name)) {
        return input.shape();
      }
    }
    var output = network.outputs().get(name);
    if (output == null) {
      throw new IllegalArgumentException(
          "there is no '"
              + name
              + "', wanted one of "
              + network.inputs().stream().map(Value::name).toList()
              + " or "
              + network.outputs().keySet());
    }
    return output.shape();
  }

  /**
   * Returns the time of each step since compiling; empty unless the options asked for a profile.
   */
  public List<StepTime> profile() {
    running.lock();
    try {
      return program.profile();
    } finally {
      running.unlock();
    }
  }

  private static IllegalStateException closedAlready() {
    return new IllegalStateException("the session is closed");
  }

  /** Waits for a run under way, then frees everything. Closing twice does nothing. */
  @Override
  public void close() {
    if (running.isHeldByCurrentThread()) {
      throw new IllegalStateException("the session cannot be closed from inside its own run");
    }
    running.lock();
    try {
      if (!closed) {
        closed = true;
        try {
          program.close();
        } finally {
          arena.close();
        }
      }
    } finally {
      running.unlock();
    }
  }
}
