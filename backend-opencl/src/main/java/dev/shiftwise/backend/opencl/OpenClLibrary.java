package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.Reason;
import dev.shiftwise.backend.ReasonCode;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Loads OpenCL's library, then JOCL's own, so that a failure says which of the two it was.
 *
 * <p>OpenCL's library is tried without JOCL first. Where it is missing JOCL prints to standard
 * output, which belongs to the application, and its classes stay broken until the JVM ends.
 */
final class OpenClLibrary {
  private static final String JOCL = "org.jocl.CL";

  /**
   * Makes JOCL write its own library to a file of its own in each JVM, and delete it at the end.
   */
  private static final String UNIQUE_NAMES = "uniqueLibraryNames";

  /** One of OpenCL 1.0, one of 1.1 and one of 1.2. */
  private static final List<String> FUNCTIONS =
      List.of("clGetPlatformIDs", "clCreateSubBuffer", "clEnqueueFillBuffer");

  private OpenClLibrary() {}

  /** Loads both; returns the reason if that cannot be done. Doing so again does nothing. */
  static Optional<Reason> load() {
    return missing(names(System.getProperty("os.name", ""))).or(OpenClLibrary::initialise);
  }

  /** The names under which JOCL looks for OpenCL's library. */
  private static List<String> names(String system) {
    if (system.startsWith("Windows")) {
      return List.of("OpenCL.dll");
    }
    if (system.startsWith("Mac")) {
      return List.of(
          "/System/Library/Frameworks/OpenCL.framework/Versions/Current/OpenCL", "libOpenCL.dylib");
    }
    return List.of("libOpenCL.so.1", "libOpenCL.so");
  }

  @SuppressWarnings("restricted")
  static Optional<Reason> missing(List<String> names) {
    List<String> complaints = new ArrayList<>();
    for (String name : names) {
      try (Arena arena = Arena.ofConfined()) {
        return lacking(name, SymbolLookup.libraryLookup(name, arena));
      } catch (IllegalArgumentException e) {
        complaints.add(SystemLoader.complaint(name).orElse(String.valueOf(e.getMessage())));
      } catch (IllegalCallerException e) {
        return Optional.of(NativeAccess.denied(e));
      }
    }
    return Optional.of(
        Reason.of(
            ReasonCode.LIBRARY_NOT_FOUND,
            "OpenCL's library cannot be loaded: " + String.join("; ", complaints),
            "install an OpenCL loader and the driver of a device, as docs/opencl.md says"));
  }

  private static Optional<Reason> lacking(String name, SymbolLookup library) {
    List<String> lacking =
        FUNCTIONS.stream().filter(function -> library.find(function).isEmpty()).toList();
    return lacking.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Reason.of(
                ReasonCode.SYMBOL_MISSING,
                name + " lacks " + String.join(", ", lacking) + " of OpenCL 1.2",
                "update the OpenCL loader, or see which file of that name is found first"));
  }

  private static Optional<Reason> initialise() {
    // Under its usual name the file is shared by all users and JVMs of this machine. While another
    // JVM is still writing it, loading it ends this one with SIGBUS.
    boolean unique =
        System.getProperty(UNIQUE_NAMES) == null
            && !System.getProperty("os.name", "").startsWith("Windows");
    if (unique) {
      System.setProperty(UNIQUE_NAMES, "true");
    }
    try {
      Class.forName(JOCL, true, OpenClLibrary.class.getClassLoader());
      return Optional.empty();
    } catch (ClassNotFoundException | LinkageError e) {
      return Optional.of(JoclFailure.reason(e));
    } finally {
      if (unique) {
        System.clearProperty(UNIQUE_NAMES);
      }
    }
  }
}
