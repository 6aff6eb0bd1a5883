package dev.shiftwise.backend.cuda;

import dev.shiftwise.plan.Capabilities;
import dev.shiftwise.plan.Step;
import java.util.Optional;

/** A library of others that computes steps in place of this backend's kernels, for comparisons. */
interface Library {

  /** Returns its name. */
  String name();

  /** Returns its version. */
  String version();

  /** Returns what it makes of the backend: which operands are read at their addresses. */
  Capabilities capabilities();

  /** Returns whether what is read beyond a plane shall stand there. */
  boolean guards();

  /**
   * Begins a program. To be called inside the context; what it takes is released with the memory's
   * resources.
   */
  Steps begin(DeviceMemory memory, CudaStream stream);

  /** A program's steps as the library computes them. */
  interface Steps {

    /** Returns a step's work; nothing if the step is this backend's own kernel's. */
    Optional<Launch> launch(Step step);
  }
}
