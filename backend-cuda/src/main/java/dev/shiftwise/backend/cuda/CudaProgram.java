package dev.shiftwise.backend.cuda;

import dev.shiftwise.backend.Bindings;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Program;
import dev.shiftwise.backend.Resources;
import dev.shiftwise.backend.StepTime;
import dev.shiftwise.network.Node;
import dev.shiftwise.plan.MemoryPlan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A network on a CUDA device: a stream, a slab for the whole batch, and one launch a step, replayed
 * as a graph. The host waits once, at the end.
 */
final class CudaProgram implements Program {
  private final DeviceContext context;
  private final MemoryPlan plan;
  private final Resources resources;
  private final CudaStream stream;
  private final List<Launch> launches;
  private final Crossings crossings;
  private final Graphs graphs;
  private final @Nullable StepClock clock;

  private CudaProgram(
      DeviceContext context,
      MemoryPlan plan,
      CompileOptions options,
      Tiles tiles,
      @Nullable Library library,
      Resources resources) {
    this.context = context;
    this.plan = plan;
    this.resources = resources;
    Arena arena = Arena.ofShared();
    resources.add(arena::close);
    DeviceMemory memory = new DeviceMemory(context, resources, plan);
    this.stream = CudaStream.create(memory);
    StepCompiler compiler = new StepCompiler(memory, arena, tiles, steps(library, memory));
    this.launches = plan.steps().stream().map(compiler::compile).toList();
    memory.awaitUploads();
    this.crossings = new Crossings(plan, memory, stream, arena);
    this.graphs = new Graphs(stream, launches);
    memory.release(graphs::close);
    this.clock = options.profile() ? new StepClock(stream, launches.size(), arena, memory) : null;
  }

  private Library.Steps steps(@Nullable Library library, DeviceMemory memory) {
    if (library == null) {
      return _ -> Optional.empty();
    }
    Library given = library;
    List<Library.Steps> begun = new ArrayList<>();
    context.inside(() -> begun.add(given.begin(memory, stream)));
    return step -> {
      List<Optional<Launch>> launches = new ArrayList<>();
      context.inside(() -> launches.add(begun.getFirst().launch(step)));
      return launches.getFirst();
    };
  }

  /** Loads a plan. */
  static CudaProgram load(
      DeviceContext context,
      MemoryPlan plan,
      CompileOptions options,
      Tiles tiles,
      @Nullable Library library) {
    plan.requireInsideSlab();
    context.inside(() -> MemoryReport.requireFits(context.device(), plan.slabBytes()));
    Planes.requireCountable(plan);
    context.retain();
    Resources resources = new Resources();
    // Last to be let go.
    resources.add(context::release);
    try {
      CudaProgram program = new CudaProgram(context, plan, options, tiles, library, resources);
      if (options.warmUp()) {
        program.warmUp();
      }
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

  /**
   * Runs everything over whatever is in the slab: the driver brings a kernel to the device when it
   * first runs, and a graph when it is first launched.
   */
  private void warmUp() {
    prepare(plan.images());
    context.inside(
        () -> {
          compute(plan.images());
          if (clock == null) {
            compute(plan.images());
          }
          stream.await();
        });
  }

  @Override
  public void run(Bindings bindings) {
    prepare(bindings.batch());
    context.push();
    try {
      crossings.stage(bindings);
      compute(bindings.batch());
      crossings.beginFetch(bindings.batch());
      stream.await();
      crossings.fetch(bindings);
      if (clock != null) {
        clock.read();
      }
    } catch (Throwable e) {
      // Nothing is under way after it.
      stream.settle();
      throw e;
    } finally {
      context.pop();
    }
  }

  /** Whatever may have to be waited for comes before the context is the thread's. */
  private void prepare(int images) {
    if (clock == null) {
      graphs.prepare(images);
    } else {
      for (Launch launch : launches) {
        launch.prepare(images);
      }
    }
  }

  /**
   * All images go together, step by step: places that values of different steps share hold other
   * images of one than of the other.
   */
  private void compute(int images) {
    if (clock == null) {
      if (!launches.isEmpty()) {
        graphs.launch(images);
      }
      return;
    }
    clock.begin();
    for (int i = 0; i < launches.size(); i++) {
      launches.get(i).enqueue(stream.driver(), stream.handle(), images);
      clock.end(i);
    }
  }

  @Override
  public MemorySegment allocate(Arena arena, long bytes) {
    return crossings.allocate(arena, bytes);
  }

  @Override
  public List<StepTime> profile() {
    List<StepTime> times = new ArrayList<>();
    for (int i = 0; clock != null && i < launches.size(); i++) {
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
