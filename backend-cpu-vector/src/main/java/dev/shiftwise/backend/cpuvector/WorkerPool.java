package dev.shiftwise.backend.cpuvector;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one program: the caller and daemons that help it. They spin for some microseconds,
 * since the next step of a network follows at once, and then park.
 *
 * <p>Every thread has its share of a task's parts, the same share of each task, since the parts of
 * one read mostly what the same parts of the last have written: that is still in the cache of the
 * thread's processor. Parts are claimed one by one, first of a thread's own share, then of the
 * others'. A claim counter carries the task's number in its upper half, so a worker that wakes late
 * claims nothing of a later task. Running a task allocates nothing. Used by one thread at a time.
 */
final class WorkerPool implements AutoCloseable {
  /** Turns of an idle worker before it parks: some hundred microseconds. */
  private static final int SPINS = 20_000;

  /**
   * In the claim counter between tasks: no part is left. Without it a worker that is late with a
   * claim of the last task could read the next task's parts and claim one before it is set up.
   */
  private static final int SEALED = Integer.MAX_VALUE;

  /** Longs from one claim counter to the next: two cache lines, which come in pairs. */
  private static final int APART = 16;

  private final Thread[] workers;
  private final Scratch[] scratch;

  /** One of each thread's share, in a cache line of its own; the first is set last. */
  private final AtomicLongArray claims;

  private final AtomicInteger unfinished = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicInteger parked = new AtomicInteger();

  // Written before the claim counters and read after them, which orders them.
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
    this.claims = new AtomicLongArray(threads * APART);
    seal(0);
    this.workers = new Thread[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      int own = i + 1;
      workers[i] =
          Thread.ofPlatform().daemon().name("shiftwise-cpu-" + own).unstarted(() -> help(own));
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
    long number = number() + 1;
    for (int share = threads() - 1; share >= 0; share--) {
      setClaim(share, number, firstPart(share));
    }
    if (parked.get() > 0) {
      for (Thread worker : workers) {
        LockSupport.unpark(worker);
      }
    }
    work(0);
    awaitWorkers();
    seal(number);
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

  /** Returns the first part of a thread's share; behind the last share all parts. */
  private int firstPart(int share) {
    return Task.begin(share, threads(), parts);
  }

  /** Returns the number of the last task. */
  private long number() {
    return claims.get(0) >>> Integer.SIZE;
  }

  private void setClaim(int share, long number, int part) {
    claims.set(share * APART, number << Integer.SIZE | part);
  }

  private void seal(long number) {
    for (int share = 0; share < threads(); share++) {
      setClaim(share, number, SEALED);
    }
  }

  /** Claims and runs parts until none is left. */
  private void work(int own) {
    int done = 0;
    for (int i = 0; i < threads(); i++) {
      done += work((own + i) % threads(), scratch[own]);
    }
    // Once for all: threads would take the counter's cache line from each other with every part.
    if (done > 0) {
      unfinished.addAndGet(-done);
    }
  }

  /** Claims and runs parts of a thread's share until none is left; returns how many it ran. */
  private int work(int share, Scratch own) {
    int counter = share * APART;
    int done = 0;
    for (long claim = claims.get(counter); ; claim = claims.get(counter)) {
      Task current = task;
      int part = (int) claim;
      if (current == null || part >= firstPart(share + 1)) {
        return done;
      }
      long slab = base;
      // If this succeeds, no part of this task was missing when task, base and parts were read.
      if (claims.compareAndSet(counter, claim, claim + 1)) {
        try {
          current.run(part, slab, own);
        } catch (Throwable e) {
          failure.compareAndSet(null, e);
        }
        done++;
      }
    }
  }

  private void help(int own) {
    long seen = 0;
    int spins = 0;
    while (!closed) {
      long number = number();
      if (number != seen) {
        seen = number;
        spins = 0;
        work(own);
      } else if (spins++ < SPINS) {
        Thread.onSpinWait();
      } else {
        parked.incrementAndGet();
        // Looked at again after announcing: a task set in between would not unpark this thread.
        if (number() == seen && !closed) {
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
