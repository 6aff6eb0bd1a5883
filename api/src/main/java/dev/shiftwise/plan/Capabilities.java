package dev.shiftwise.plan;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.Rearrange;
import java.util.HashSet;
import java.util.Set;

/**
 * What a backend has kernels for. The memory plan lowers the rest into these or refuses it by name,
 * so a backend never meets an operator or an activation it does not list.
 *
 * @param operators the operators it runs; {@link Copy} must be among them, {@link Concat} never is,
 *     since the plan resolves it
 * @param shiftReaders those that read their first operand through a view in normal form over a
 *     contiguous ring; {@link Copy} reads any view and needs no mention
 * @param activations what its {@link Activate} computes; with {@code fused} among them
 * @param fused the activations that its other operators apply to their results; {@link
 *     Activation.Clip} must be among them. The plan turns an operator with another one into the
 *     operator and an {@link Activate}
 */
public record Capabilities(
    Set<Class<? extends Operator>> operators,
    Set<Class<? extends Operator>> shiftReaders,
    Set<Class<? extends Activation>> activations,
    Set<Class<? extends Activation>> fused) {

  /**
   * Checks the sets.
   *
   * @throws IllegalArgumentException if {@link Copy} is missing, {@link Concat} is listed, a shift
   *     reader is not an operator, {@link Activation.Clip} is not fused, or {@code activations}
   *     lack one that is
   */
  public Capabilities {
    operators = Set.copyOf(operators);
    shiftReaders = Set.copyOf(shiftReaders);
    activations = Set.copyOf(activations);
    fused = Set.copyOf(fused);
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
    if (!fused.contains(Activation.Clip.class) || !activations.containsAll(fused)) {
      throw new IllegalArgumentException(
          "fused activations are "
              + fused
              + ", wanted Clip and a subset of activations "
              + activations);
    }
  }

  /** Returns the capabilities of a backend whose kernels apply every activation. */
  public Capabilities(
      Set<Class<? extends Operator>> operators, Set<Class<? extends Operator>> shiftReaders) {
    this(operators, shiftReaders, everyActivation(), everyActivation());
  }

  /**
   * Returns the capabilities of a backend that runs every operator with every activation and reads
   * the first operand of each through shifts; but for {@link Rearrange}, whose tables are addresses
   * already and are made for a ring. An operator that comes to the sealed hierarchy later is among
   * them: the backend's {@code switch} over the operators does not compile until it has a kernel
   * for it.
   */
  public static Capabilities ofEveryOperator() {
    Set<Class<? extends Operator>> operators = new HashSet<>(permitted(Operator.class));
    operators.remove(Concat.class);
    Set<Class<? extends Operator>> readers = new HashSet<>(operators);
    readers.remove(Rearrange.class);
    return new Capabilities(operators, readers);
  }

  private static Set<Class<? extends Activation>> everyActivation() {
    return permitted(Activation.class);
  }

  private static <T> Set<Class<? extends T>> permitted(Class<T> sealed) {
    Set<Class<? extends T>> kinds = new HashSet<>();
    for (Class<?> kind : sealed.getPermittedSubclasses()) {
      kinds.add(kind.asSubclass(sealed));
    }
    return kinds;
  }

  /** Returns these without some operators. */
  public Capabilities without(Set<Class<? extends Operator>> lacking) {
    Set<Class<? extends Operator>> left = new HashSet<>(operators);
    Set<Class<? extends Operator>> readers = new HashSet<>(shiftReaders);
    left.removeAll(lacking);
    readers.removeAll(lacking);
    return new Capabilities(left, readers, activations, fused);
  }

  /** Returns these with other activations. */
  public Capabilities withActivations(
      Set<Class<? extends Activation>> newActivations, Set<Class<? extends Activation>> newFused) {
    return new Capabilities(operators, shiftReaders, newActivations, newFused);
  }

  /** Returns these with fewer activations that other operators than {@link Activate} apply. */
  public Capabilities withoutFused(Set<Class<? extends Activation>> separate) {
    Set<Class<? extends Activation>> left = new HashSet<>(fused);
    left.removeAll(separate);
    return withActivations(activations, left);
  }

  /** Returns whether the backend has a kernel for an operator with its activation. */
  public boolean runs(Operator operator) {
    Set<Class<? extends Activation>> known = operator instanceof Activate ? activations : fused;
    return operators.contains(operator.getClass())
        && known.contains(operator.activation().getClass());
  }

  /** Returns whether the backend's operators apply an activation to their results. */
  public boolean fuses(Activation activation) {
    return fused.contains(activation.getClass());
  }

  /** Returns whether an operator's kernel reads its first operand through shifts in place. */
  public boolean readsShifted(Operator operator) {
    return operator instanceof Copy || shiftReaders.contains(operator.getClass());
  }
}
