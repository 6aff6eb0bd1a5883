package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The device's own times of each step, where a profile was asked for: events between the launches.
 * To be used inside the context once it is made.
 */
final class StepClock {
  private static final double NANOS_OF_MILLISECOND = 1e6;

  private final CudaStream stream;
  private final CudaDriver driver;

  /** One in front of the first step, and one behind each. */
  private final MemorySegment[] events;

  private final MemorySegment milliseconds;
  private final double[] nanos;
  private long runs;

  /**
   * Makes a clock.
   *
   * @param memory with which the events are released
   */
  StepClock(CudaStream stream, int steps, Arena arena, DeviceMemory memory) {
    this.stream = stream;
    this.driver = stream.driver();
    this.events = new MemorySegment[steps + 1];
    this.milliseconds = arena.allocate(JAVA_FLOAT);
    this.nanos = new double[steps];
    MemorySegment event = arena.allocate(ADDRESS);
    for (int i = 0; i <= steps; i++) {
      memory
          .context()
          .inside(
              () ->
                  driver.check(
                      driver.cuEventCreate(event, CudaConstants.CU_EVENT_DEFAULT),
                      "cuEventCreate"));
      MemorySegment created = event.get(ADDRESS, 0);
      events[i] = created;
      memory.release(
          () -> Status.note(driver, driver.cuEventDestroy_v2(created), "cuEventDestroy"));
    }
  }

  /** Marks where the first step begins. */
  void begin() {
    record(0);
  }

  /** Marks where a step ends. */
  void end(int step) {
    record(step + 1);
  }

  private void record(int event) {
    driver.check(driver.cuEventRecord(events[event], stream.handle()), "cuEventRecord");
  }

  /** Adds up the steps of a run that has finished. */
  void read() {
    for (int i = 0; i < nanos.length; i++) {
      driver.check(
          driver.cuEventElapsedTime(milliseconds, events[i], events[i + 1]), "cuEventElapsedTime");
      nanos[i] += milliseconds.get(JAVA_FLOAT, 0) * NANOS_OF_MILLISECOND;
    }
    runs++;
  }

  long runs() {
    return runs;
  }

  long nanos(int step) {
    return Math.round(nanos[step]);
  }
}
