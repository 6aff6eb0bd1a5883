package dev.shiftwise.backend.opencl;

import dev.shiftwise.network.Activation;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a kernel is compiled from: a file of the resources, behind {@code common.cl}, and the
 * constants that specialise it.
 *
 * @param file without its ending; the kernel has the same name
 * @param constants name and value; an empty value only defines the name
 */
record KernelSource(String file, Map<String, String> constants) {

  KernelSource {
    constants = Map.copyOf(constants);
  }

  static KernelSource of(String file) {
    return new KernelSource(file, Map.of());
  }

  /** Returns this source with one more constant. */
  KernelSource with(String name, Object value) {
    Map<String, String> more = new TreeMap<>(constants);
    more.put(name, value.toString());
    return new KernelSource(file, more);
  }

  /** Returns this source with a name defined, or not. */
  KernelSource when(boolean condition, String name) {
    return condition ? with(name, 1) : this;
  }

  /**
   * Returns this source for the activation that it applies last: bounds or any other. Which one is
   * an argument ({@link LaunchBuilder#activation}), so that few kernels are compiled.
   */
  KernelSource activation(Activation activation) {
    boolean isFunction =
        switch (activation) {
          case Activation.SquareRoot _,
              Activation.Logarithm _,
              Activation.ErrorFunction _,
              Activation.Gelu _ ->
              true;
          default -> false;
        };
    return when(!(activation instanceof Activation.Clip), "CURVE").when(isFunction, "FUNCTION");
  }

  /** Returns the compiler's options, always in the same order. */
  String options() {
    StringBuilder options = new StringBuilder("-cl-std=CL1.2");
    new TreeMap<>(constants)
        .forEach((name, value) -> options.append(" -D").append(name).append('=').append(value));
    return options.toString();
  }
}
