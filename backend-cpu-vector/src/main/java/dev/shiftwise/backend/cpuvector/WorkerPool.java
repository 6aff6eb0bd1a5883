package dev.shiftwise.backend.cpuvector;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one program: the caller and daemons that help it. They spin for some microseconds,
 * since the next step of a network follows at once, and then park.
 *
 * <p>A task's parts are claimed one by one. The claim counter carries the task's number in its
 * upper half, so a worker that wakes late claims nothing of a later task. Running a task allocates
 * nothing. Used by one thread at a time.
 */
final class WorkerPool implements AutoCloseable {
  /** Turns of an idle worker before it parks: some tens of microseconds. */
  private static final int SPINS = 2_000;

  /**
   * In the claim counter between tasks: no part is left. Without it a worker that is late with a
   * claim of the last task could read the next task's parts and claim one before it is set up.
   */
  private static final int SEALED = Integer.MAX_VALUE;

  private final Thread[] workers;
  private final Scratch[] scratch;
  private final AtomicLong claims = new AtomicLong(SEALED);
  private final AtomicInteger unfinished = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicInteger parked = new AtomicInteger();

  // Written before the claim counter and read after it, which orders them.
  private @Nullable Task task;
  private long base;
  private int parts;

  private boolean started;
  private volatile boolean closed;

  /**
   * Makes a pool; its threads start with the first task that has parts to share.
   *
   * @param threads the caller included
   * @param arena owns the scratch memory, and outlives the pool
   * @param scratchBytes native scratch memory of each thread
   */
  WorkerPool(int threads, Arena arena, long scratchBytes) {
    this.scratch = new Scratch[threads];
    for (int i = 0; i < threads; i++) {
      scratch[i] = new Scratch(arena, scratchBytes);
    }
    this.workers = new Thread[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      Scratch own = scratch[i + 1];
      workers[i] =
          Thread.ofPlatform().daemon().name("shiftwise-cpu-" + (i + 1)).unstarted(() -> help(own));
    }
  }

  /** Returns the number of threads, the caller's included. */
  int threads() {
    return scratch.length;
  }

  /** Runs a task on the calling thread alone. */
  void runAlone(Task alone, long slab) {
    runAll(alone, slab, scratch[0]);
  }

  /** Runs all parts of a task, in order. */
  static void runAll(Task task, long slab, Scratch own) {
    int count = task.parts();
    for (int part = 0; part < count; part++) {
      task.run(part, slab, own);
    }
  }

  /** Runs a task on all threads and returns when every part is done. */
  void run(Task shared, long slab) {
    int count = shared.parts();
    if (workers.length == 0 || count == 1) {
      runAlone(shared, slab);
      return;
    }
    start();
    task = shared;
    base = slab;
    parts = count;
    unfinished.set(count);
    long number = (claims.get() >>> Integer.SIZE) + 1;
    claims.set(number << Integer.SIZE);
    if (parked.get() > 0) {
      for (Thread worker : workers) {
        LockSupport.unpark(worker);
      }
    }
    work(scratch[0]);
    awaitWorkers();
    claims.set(number << Integer.SIZE | SEALED);
    Throwable thrown = failure.getAndSet(null);
    if (thrown != null) {
      throw new IllegalStateException("a worker failed: " + thrown, thrown);
    }
  }

  // Parts are microseconds long: whoever still runs one needs the processor, not a signal.
  @SuppressWarnings("ThreadPriorityCheck")
  private void awaitWorkers() {
    for (int spins = 0; unfinished.get() > 0; spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  private void start() {
    if (!started) {
      started = true;
      for (Thread worker : workers) {
        worker.start();
      }
    }
  }

  /** Claims and runs parts until none is left. */
  private void work(Scratch own) {
    for (long claim = claims.get(); ; claim = claims.get()) {
      Task current = task;
      int part = (int) claim;
      if (current == null || part >= parts) {
        return;
      }
      long slab = base;
      // If this succeeds, no part of this task was missing when task, base and parts were read.
      if (claims.compareAndSet(claim, claim + 1)) {
        try {
          current.run(part, slab, own);
        } catch (Throwable e) {
          failure.compareAndSet(null, e);
        } finally {
          unfinished.decrementAndGet();
        }
      }
    }
  }

  private void help(Scratch own) {
    long seen = 0;
    int spins = 0;
    while (!closed) {
      long number = claims.get() >>> Integer.SIZE;
      if (number != seen) {
        seen = number;
        spins = 0;
        work(own);
      } else if (spins++ < SPINS) {
        Thread.onSpinWait();
      } else {
        parked.incrementAndGet();
        // Looked at again after announcing: a task set in between would not unpark this thread.
        if (claims.get() >>> Integer.SIZE == seen && !closed) {
          LockSupport.park(this);
        }
        parked.decrementAndGet();
        spins = 0;
      }
    }
  }

  /** Ends the threads and waits for them; no task may be running. */
  @Override
  public void close() {
    closed = true;
    if (started) {
      for (Thread worker : workers) {
        LockSupport.unpark(worker);
      }
      for (Thread worker : workers) {
        joinUninterruptibly(worker);
      }
    }
  }

  private static void joinUninterruptibly(Thread worker) {
    boolean interrupted = false;
    while (worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
