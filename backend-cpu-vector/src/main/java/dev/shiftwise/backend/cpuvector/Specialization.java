package dev.shiftwise.backend.cpuvector;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Turns a class into a template: each vector width gets a hidden copy of it, with its species as a
 * constant.
 *
 * <p>C2 makes vector instructions only of a species that it sees as a constant. A field of an
 * object is none, and copying the source for each width would be the other way out.
 */
final class Specialization {
  private Specialization() {}

  /** Returns the plane kernels for a width. */
  static PlaneKernels planeKernels(VectorWidth width) {
    return copy(PlaneKernels.class, VectorPlaneKernels.class, width);
  }

  /** Returns the kernels of the activations for a width. */
  static ActivationKernels activationKernels(VectorWidth width) {
    return copy(ActivationKernels.class, VectorActivationKernels.class, width);
  }

  /** Returns the kernels of comparisons for a width. */
  static ArithmeticKernels comparisonKernels(VectorWidth width) {
    return copy(ArithmeticKernels.class, VectorComparisonKernels.class, width);
  }

  /** Returns the species that the calling copy was made for. */
  @SuppressWarnings("unchecked")
  static VectorSpecies<Float> species(MethodHandles.Lookup copy) {
    try {
      return MethodHandles.classData(copy, "_", VectorSpecies.class);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("the template " + copy + " is used as a class", e);
    }
  }

  private static <T> T copy(Class<T> type, Class<? extends T> template, VectorWidth width) {
    VectorSpecies<Float> species =
        VectorSpecies.of(float.class, VectorShape.forBitSize(width.bits()));
    try (InputStream file = template.getResourceAsStream(template.getSimpleName() + ".class")) {
      if (file == null) {
        throw new IllegalStateException("the class file of " + template + " is missing");
      }
      MethodHandles.Lookup copy =
          MethodHandles.lookup().defineHiddenClassWithClassData(file.readAllBytes(), species, true);
      return type.cast(
          copy.findConstructor(copy.lookupClass(), MethodType.methodType(void.class)).invoke());
    } catch (IOException e) {
      throw new IllegalStateException("the class file of " + template + " cannot be read", e);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("the template " + template + " cannot be copied", e);
    }
  }
}
