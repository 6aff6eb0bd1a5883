package dev.shiftwise.plan;

import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Operator;
import java.util.HashSet;
import java.util.Set;

/**
 * What a backend has kernels for. The memory plan lowers the rest into these or refuses it by name,
 * so a backend never meets an operator it does not list.
 *
 * @param operators the operators it runs; {@link Copy} must be among them, {@link Concat} never is,
 *     since the plan resolves it
 * @param shiftReaders those that read their first operand through a view in normal form over a
 *     contiguous ring; {@link Copy} reads any view and needs no mention
 */
public record Capabilities(
    Set<Class<? extends Operator>> operators, Set<Class<? extends Operator>> shiftReaders) {

  /**
   * Checks the sets.
   *
   * @throws IllegalArgumentException if {@link Copy} is missing, {@link Concat} is listed, or a
   *     shift reader is not an operator
   */
  public Capabilities {
    operators = Set.copyOf(operators);
    shiftReaders = Set.copyOf(shiftReaders);
    if (!operators.contains(Copy.class)) {
      throw new IllegalArgumentException("operators lack Copy, which every backend must run");
    }
    if (operators.contains(Concat.class)) {
      throw new IllegalArgumentException("operators list Concat, which the memory plan resolves");
    }
    if (!operators.containsAll(shiftReaders)) {
      throw new IllegalArgumentException(
          "shift readers are " + shiftReaders + ", wanted a subset of operators " + operators);
    }
  }

  /**
   * Returns the capabilities of a backend that runs every operator and reads the first operand of
   * each through shifts. An operator that comes to the sealed hierarchy later is among them: the
   * backend's {@code switch} over the operators does not compile until it has a kernel for it.
   */
  public static Capabilities ofEveryOperator() {
    Set<Class<? extends Operator>> operators = new HashSet<>();
    for (Class<?> kind : Operator.class.getPermittedSubclasses()) {
      if (kind != Concat.class) {
        operators.add(kind.asSubclass(Operator.class));
      }
    }
    return new Capabilities(operators, operators);
  }

  /** Returns whether the backend has a kernel for an operator. */
  public boolean runs(Operator operator) {
    return operators.contains(operator.getClass());
  }

  /** Returns whether an operator's kernel reads its first operand through shifts in place. */
  public boolean readsShifted(Operator operator) {
    return operator instanceof Copy || shiftReaders.contains(operator.getClass());
  }
}
