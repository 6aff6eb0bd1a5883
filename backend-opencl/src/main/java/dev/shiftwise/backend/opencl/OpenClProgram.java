package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.Bindings;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Program;
import dev.shiftwise.backend.Resources;
import dev.shiftwise.backend.StepTime;
import dev.shiftwise.network.Node;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import dev.shiftwise.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jocl.CL;
import org.jocl.cl_command_queue;
import org.jocl.cl_event;

/**
 * A network on an OpenCL device: a queue, a slab for the whole batch, and launches that are the
 * same in every run. The host waits once, at the end.
 */
final class OpenClProgram implements Program {
  private static final System.Logger LOG = System.getLogger(OpenClProgram.class.getName());
  private static final long MOST_PIXELS = 1L << 30;

  private final ClDevice device;
  private final MemoryPlan plan;
  private final Resources resources;
  private final List<List<Launch>> steps;
  private final Crossings crossings;
  private final StepClock clock;
  private final cl_command_queue queue;

  private OpenClProgram(
      DeviceContext context,
      MemoryPlan plan,
      CompileOptions options,
      Tuning tuning,
      Resources resources) {
    this.device = context.device();
    this.plan = plan;
    this.resources = resources;
    Slab slab = Slab.allocate(context, Math.max(Float.BYTES, plan.slabBytes()));
    resources.add(slab::close);
    this.queue = context.queue(options.profile());
    resources.add(
        () -> {
          // What a failed run has left behind must not touch memory that is gone.
          CL.clFinish(queue);
          CL.clReleaseCommandQueue(queue);
        });
    DeviceMemory memory = new DeviceMemory(context, resources, slab.buffer(), plan.slabBytes());
    StepCompiler compiler = new StepCompiler(memory, context.device().facts(), tuning);
    this.steps = plan.steps().stream().map(compiler::compile).toList();
    this.crossings = new Crossings(context, plan, steps, slab, queue, resources);
    this.clock = new StepClock(options.profile(), steps.size());
  }

  /** Loads a plan. */
  static OpenClProgram load(
      DeviceContext context, MemoryPlan plan, CompileOptions options, Tuning tuning) {
    plan.requireInsideSlab();
    MemoryReport.requireFits(context.device(), plan.slabBytes());
    plan.steps().forEach(OpenClProgram::requirePlanesThatKernelsCount);
    Resources resources = new Resources();
    try {
      OpenClProgram program = new OpenClProgram(context, plan, options, tuning, resources);
      if (options.warmUp()) {
        program.warmUp();
      }
      LOG.log(
          System.Logger.Level.DEBUG,
          "{0} on {1}: {2} launches",
          plan.network().name(),
          context.device().facts().name(),
          program.steps.stream().mapToInt(List::size).sum());
      return program;
    } catch (Throwable e) {
      try {
        resources.close();
      } catch (RuntimeException later) {
        e.addSuppressed(later);
      }
      throw e;
    }
  }

  /** Kernels count pixels in 32 bits, up to a tile beyond a plane's end. */
  private static void requirePlanesThatKernelsCount(Step step) {
    for (Source source : step.sources()) {
      requirePlane(step, source.map().shape());
    }
    requirePlane(step, step.destination().shape());
  }

  private static void requirePlane(Step step, Shape shape) {
    if (shape.plane() > MOST_PIXELS) {
      throw new BackendException(
          "'"
              + step.node().name()
              + "' has planes of "
              + shape.height()
              + "x"
              + shape.width()
              + " pixels, wanted at most 2^30 on OpenCL");
    }
  }

  /**
   * Runs every launch once over whatever is in the slab: drivers compile for the machine, or
   * upload, when a kernel first runs.
   */
  private void warmUp() {
    check(
        SignalHandlers.keep(
            () -> {
              enqueue(1);
              return CL.clFinish(queue);
            }),
        "clFinish");
    clock.drop();
  }

  @Override
  public void run(Bindings bindings) {
    try {
      crossings.stage(bindings, queue);
      enqueue(bindings.batch());
      crossings.returnToHost(queue);
      crossings.beginFetch(bindings.batch(), queue);
      finish();
      crossings.fetch(bindings);
      crossings.endFetch(queue);
      clock.read();
    } catch (Throwable e) {
      recover(e);
      throw e;
    }
  }

  /** Brings everything back to where a run starts from; nothing is under way after it. */
  private void recover(Throwable failure) {
    CL.clFinish(queue);
    try {
      crossings.returnToHost(queue);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
    try {
      crossings.endFetch(queue);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
    CL.clFinish(queue);
    clock.drop();
  }

  /**
   * All images go together, step by step: places that values of different steps share hold other
   * images of one than of the other.
   */
  private void enqueue(int images) {
    for (int i = 0; i < steps.size(); i++) {
      List<Launch> launches = steps.get(i);
      for (int k = 0; k < launches.size(); k++) {
        cl_event event = clock.event();
        check(launches.get(k).enqueue(queue, images, event), launches.get(k).call());
        clock.enqueued(i, event);
      }
    }
  }

  private void finish() {
    check(CL.clFinish(queue), "clFinish");
  }

  /** Drivers allocate late: memory may run out in any of these calls. */
  private void check(int status, String call) {
    MemoryReport.check(status, device, plan.slabBytes(), call);
  }

  @Override
  public MemorySegment allocate(Arena arena, long bytes) {
    return crossings.allocate(arena, bytes, queue);
  }

  @Override
  public List<StepTime> profile() {
    List<StepTime> times = new ArrayList<>();
    for (int i = 0; i < clock.steps(); i++) {
      Node node = plan.steps().get(i).node();
      times.add(new StepTime(node.name(), node.operator().kind(), clock.runs(), clock.nanos(i)));
    }
    return times;
  }

  @Override
  public String transfer() {
    return crossings.transfer();
  }

  @Override
  public void close() {
    resources.close();
  }
}
