package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.backend.Bindings;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Program;
import dev.shiftwise.backend.StepTime;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.plan.Step;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A network on the CPU. A slab holds one image; a batch runs image by image, so that a chain of
 * layers stays in the cache. With at least as many images as threads every thread takes an image
 * and a slab of its own, otherwise all threads share each step of one image. Either way each output
 * is the same sum in the same order, so the results are the same bits.
 */
final class CpuProgram implements Program {
  /**
   * Multiply-adds of an image from which on tiles are warmed up: before they are compiled each
   * thousand takes some ten microseconds.
   */
  private static final long WORTH_WARMING = 1_000_000;

  /** Kernels read and write whole vectors, of which the last may reach behind the slab. */
  private static final long BEHIND = 2L * VectorWidth.MOST_LANES * Float.BYTES;

  private final MemoryPlan plan;
  private final InputStage[] inputs;
  private final OutputFetch[] outputs;
  private final List<List<Task>> tasks;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment[] slabs;
  private final WorkerPool pool;
  private final Task imagePerThread = new ImagePerThread();
  private final boolean profile;
  private final long[] nanos;
  private long images;

  CpuProgram(MemoryPlan plan, Kernels shared, CompileOptions options) {
    plan.requireInsideSlab();
    int threads =
        options.threads() == 0 ? Runtime.getRuntime().availableProcessors() : options.threads();
    Kernels kernels = shared.forProgram();
    StepCompiler compiler = new StepCompiler(kernels, threads);
    this.plan = plan;
    this.inputs = plan.inputs().stream().map(compiler::stage).toArray(InputStage[]::new);
    this.outputs =
        plan.outputs().values().stream().map(OutputFetch::new).toArray(OutputFetch[]::new);
    this.tasks = new ArrayList<>();
    long scratch = 0;
    Gaps gaps = new Gaps(plan);
    for (int i = 0; i < plan.steps().size(); i++) {
      List<Task> compiled = compiler.compile(plan.steps().get(i), gaps.areZero(i));
      tasks.add(compiled);
      for (Task task : compiled) {
        scratch = Math.max(scratch, task.scratchBytes());
      }
    }
    if (options.warmUp() && multiplyAdds(plan) >= WORTH_WARMING) {
      Warmup.of(kernels.tiles().rehearsals());
    }
    this.profile = options.profile();
    this.nanos = new long[tasks.size()];
    this.slabs = new MemorySegment[profile ? 1 : Math.min(threads, options.maxBatch())];
    try {
      for (int i = 0; i < slabs.length; i++) {
        slabs[i] = HugePages.allocate(arena, plan.slabBytes() + BEHIND);
      }
      this.pool = new WorkerPool(threads, arena, scratch);
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  private static long multiplyAdds(MemoryPlan plan) {
    return plan.steps().stream()
        .map(Step::node)
        .mapToLong(node -> node.operator().multiplyAdds(node.inputShapes()))
        .sum();
  }

  @Override
  public void run(Bindings bindings) {
    try {
      compute(bindings);
    } catch (Throwable e) {
      // It may have ended between two steps, where gaps are not what the next run takes them for.
      for (MemorySegment slab : slabs) {
        slab.fill((byte) 0);
      }
      throw e;
    }
  }

  private void compute(Bindings bindings) {
    int batch = bindings.batch();
    int image = 0;
    // The caller's memory is touched by the calling thread only: stage all, compute, fetch all.
    for (; slabs.length == pool.threads() && image + slabs.length <= batch; image += slabs.length) {
      for (int i = 0; i < slabs.length; i++) {
        stage(bindings, image + i, slabs[i]);
      }
      if (slabs.length == 1) {
        runSteps(slabs[0], pool);
      } else {
        pool.run(imagePerThread, 0);
      }
      for (int i = 0; i < slabs.length; i++) {
        fetch(bindings, image + i, slabs[i]);
      }
    }
    for (; image < batch; image++) {
      stage(bindings, image, slabs[0]);
      runSteps(slabs[0], pool);
      fetch(bindings, image, slabs[0]);
    }
    images += batch;
  }

  private void stage(Bindings bindings, int image, MemorySegment slab) {
    for (int i = 0; i < inputs.length; i++) {
      inputs[i].stage(bindings.input(i), image, slab);
    }
  }

  private void fetch(Bindings bindings, int image, MemorySegment slab) {
    for (int i = 0; i < outputs.length; i++) {
      outputs[i].fetch(slab, bindings.output(i), image);
    }
  }

  private void runSteps(MemorySegment slab, WorkerPool workers) {
    long base = slab.address();
    for (int i = 0; i < tasks.size(); i++) {
      long start = profile ? System.nanoTime() : 0;
      List<Task> step = tasks.get(i);
      for (int t = 0; t < step.size(); t++) {
        workers.run(step.get(t), base);
      }
      if (profile) {
        nanos[i] += System.nanoTime() - start;
      }
    }
  }

  /** Every thread runs the whole network on an image of its own. */
  private final class ImagePerThread implements Task {
    @Override
    public int parts() {
      return slabs.length;
    }

    @Override
    public void run(int part, long base, Scratch scratch) {
      long slab = slabs[part].address();
      for (int i = 0; i < tasks.size(); i++) {
        List<Task> step = tasks.get(i);
        for (int t = 0; t < step.size(); t++) {
          WorkerPool.runAll(step.get(t), slab, scratch);
        }
      }
    }
  }

  @Override
  public List<StepTime> profile() {
    if (!profile) {
      return List.of();
    }
    List<StepTime> times = new ArrayList<>();
    for (int i = 0; i < nanos.length; i++) {
      var node = plan.steps().get(i).node();
      times.add(new StepTime(node.name(), node.operator().kind(), images, nanos[i]));
    }
    return times;
  }

  @Override
  public String transfer() {
    return "inputs staged and outputs fetched by one checked copy each";
  }

  @Override
  public void close() {
    pool.close();
    arena.close();
  }
}
