package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.shiftwise.backend.Reason;
import dev.shiftwise.backend.ReasonCode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Loads the driver's library and sees that it is recent enough. Does not start it. */
final class DriverLoading {
  private static final String UPDATE = "update NVIDIA's driver to 525 or later";

  private final LibrarySearch search;
  private final List<Reason> reasons;

  /**
   * Takes where to look.
   *
   * @param reasons gets every reason against the driver
   */
  DriverLoading(LibrarySearch search, List<Reason> reasons) {
    this.search = search;
    this.reasons = reasons;
  }

  /**
   * A driver's library.
   *
   * @param functions what it has
   * @param version what it implements, as 13000 for CUDA 13.0; 0 if it does not say
   */
  record Driver(CudaDriver functions, int version) {}

  /** Returns the driver, or nothing where there is a reason. */
  Optional<Driver> load() {
    LibrarySearch.Places places = search.driver();
    List<String> complaints = new ArrayList<>();
    for (String file : places.files()) {
      try {
        return functions(NativeLibrary.open(file));
      } catch (NativeLibrary.CannotLoadException e) {
        complaints.add(String.valueOf(e.getMessage()));
      }
    }
    if (!places.without().isEmpty()) {
      complaints.add(places.nothingIn());
    }
    reasons.add(
        Reason.of(
            ReasonCode.LIBRARY_NOT_FOUND,
            "CUDA's driver cannot be loaded: " + String.join("; ", complaints),
            "install NVIDIA's driver, or start the container with --gpus all; docs/cuda.md says"
                + " how"));
    return Optional.empty();
  }

  private Optional<Driver> functions(NativeLibrary library) {
    // First, since an old driver lacks functions: both reasons are to be told.
    int version = version(library);
    boolean isOld = version != 0 && version < CudaDriver.OLDEST;
    if (isOld) {
      reasons.add(
          Reason.of(
              ReasonCode.DRIVER_TOO_OLD,
              "the driver "
                  + library
                  + " has CUDA "
                  + Versions.words(version)
                  + ", wanted "
                  + Versions.words(CudaDriver.OLDEST)
                  + " or later",
              UPDATE));
    }
    try {
      CudaDriver functions = new CudaDriver(library);
      return isOld ? Optional.empty() : Optional.of(new Driver(functions, version));
    } catch (NativeLibrary.MissingSymbolsException e) {
      reasons.add(
          new Reason(
              ReasonCode.SYMBOL_MISSING,
              e.getMessage() + " of CUDA " + Versions.words(CudaDriver.OLDEST),
              UPDATE + ", or see which file of that name is found first",
              e));
      return Optional.empty();
    }
  }

  private static int version(NativeLibrary library) {
    Optional<MemorySegment> function = library.find("cuDriverGetVersion");
    if (function.isEmpty()) {
      return 0;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment version = arena.allocate(JAVA_INT);
      int result = Downcalls.call(function.get(), version);
      return result == CudaConstants.CUDA_SUCCESS ? version.get(JAVA_INT, 0) : 0;
    }
  }
}
