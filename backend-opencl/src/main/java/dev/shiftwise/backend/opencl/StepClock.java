package dev.shiftwise.backend.opencl;

import java.util.ArrayList;
import java.util.List;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_event;
import org.jspecify.annotations.Nullable;

/** The device's own times of each step, where a profile was asked for. */
final class StepClock {
  private record Timed(int step, cl_event event) {}

  private final boolean on;
  private final long[] nanos;
  private final List<Timed> pending = new ArrayList<>();
  private long runs;

  StepClock(boolean on, int steps) {
    this.on = on;
    this.nanos = new long[on ? steps : 0];
  }

  /** Returns an event for the next launch; none without a profile. */
  @Nullable cl_event event() {
    return on ? new cl_event() : null;
  }

  /** Remembers the event of a step's launch that has been enqueued. */
  void enqueued(int step, @Nullable cl_event event) {
    if (event != null) {
      pending.add(new Timed(step, event));
    }
  }

  /** Adds up the launches of a run that has finished. */
  void read() {
    try {
      for (Timed timed : pending) {
        nanos[timed.step()] +=
            time(timed.event(), CL.CL_PROFILING_COMMAND_END)
                - time(timed.event(), CL.CL_PROFILING_COMMAND_START);
      }
    } finally {
      drop();
    }
    runs++;
  }

  private static long time(cl_event event, int parameter) {
    long[] time = new long[1];
    Cl.check(
        CL.clGetEventProfilingInfo(event, parameter, Sizeof.cl_ulong, Pointer.to(time), null),
        "clGetEventProfilingInfo");
    return time[0];
  }

  /** Forgets the launches of a run that failed. */
  void drop() {
    pending.forEach(timed -> CL.clReleaseEvent(timed.event()));
    pending.clear();
  }

  int steps() {
    return nanos.length;
  }

  long runs() {
    return runs;
  }

  long nanos(int step) {
    return nanos[step];
  }
}
