package dev.shiftwise.backend.cuda;

import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.Reason;
import dev.shiftwise.backend.ReasonCode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every NVRTC that this machine has, loaded as far as they are needed: the first one that suits the
 * driver and compiles for a device.
 */
final class Compilers {
  /** The oldest version that has what is called, and the newest that is known. */
  private static final int OLDEST = 12;

  private static final int NEWEST = 13;

  private static final String REMEDY =
      "install NVRTC, the CUDA toolkit's compiler library, or name its file with -D"
          + LibrarySearch.NVRTC
          + "=PATH; docs/cuda.md says where to get it";

  private final int driver;
  private final LibrarySearch.Places places;
  private final Iterator<String> files;
  private final List<Compiler> loaded = new ArrayList<>();
  private final List<String> absent = new ArrayList<>();
  private final List<Reason> reasons = new ArrayList<>();

  /**
   * Looks for candidates, and loads none yet.
   *
   * @param driverVersion as {@code cuDriverGetVersion} writes it, or 0 where there is no driver
   */
  Compilers(LibrarySearch search, int driverVersion) {
    driver = driverVersion == 0 ? NEWEST : driverVersion / 1000;
    places = search.nvrtc(versions(driver));
    files = places.files().iterator();
  }

  /** Those that the driver takes programs from, the newest first; then others, to say so. */
  static List<Integer> versions(int driver) {
    return Stream.concat(
            IntStream.rangeClosed(OLDEST, driver).boxed().toList().reversed().stream(),
            IntStream.rangeClosed(driver + 1, NEWEST).boxed())
        .toList();
  }

  /**
   * Returns one that compiles for a device.
   *
   * @param capability the device's compute capability, as 90 for 9.0
   */
  Optional<Compiler> forDevice(int capability) {
    for (int i = 0; i < loaded.size() || loadNext(); i++) {
      if (loaded.get(i).architectureFor(capability).isPresent()) {
        return Optional.of(loaded.get(i));
      }
    }
    return Optional.empty();
  }

  /** Returns whether there is any. */
  boolean isAny() {
    return !loaded.isEmpty() || loadNext();
  }

  private boolean loadNext() {
    int before = loaded.size();
    while (loaded.size() == before && files.hasNext()) {
      load(files.next());
    }
    return loaded.size() > before;
  }

  private void load(String file) {
    try {
      Compiler compiler = Compiler.load(file);
      if (compiler.major() > driver) {
        reasons.add(tooNew(compiler));
      } else {
        loaded.add(compiler);
      }
    } catch (NativeLibrary.CannotLoadException e) {
      absent.add(String.valueOf(e.getMessage()));
    } catch (NativeLibrary.MissingSymbolsException e) {
      reasons.add(
          reason(ReasonCode.SYMBOL_MISSING, e.getMessage() + " of NVRTC " + OLDEST + ".0", e));
    } catch (BackendException e) {
      reasons.add(
          reason(
              ReasonCode.VERSION_MISMATCH,
              // The compiler's own words may be several lines.
              ("NVRTC in " + file + " does not work: " + e.getMessage()).replaceAll("\\s+", " "),
              e));
    }
  }

  private Reason tooNew(Compiler compiler) {
    return Reason.of(
        ReasonCode.VERSION_MISMATCH,
        "NVRTC in "
            + compiler.file()
            + " has version "
            + compiler.version()
            + ", the driver takes programs of CUDA "
            + driver
            + " at most",
        "update the driver, or install NVRTC " + driver);
  }

  /** Returns why there is none, as far as was looked; empty if there is one. */
  List<Reason> reasons() {
    if (!loaded.isEmpty()) {
      return List.of();
    }
    List<Reason> all = new ArrayList<>(reasons);
    if (!absent.isEmpty()) {
      String nothing = places.nothingIn();
      all.add(
          reason(
              ReasonCode.LIBRARY_NOT_FOUND,
              "NVRTC, CUDA's compiler, cannot be loaded: "
                  + String.join("; ", absent)
                  + (nothing.isEmpty() ? "" : "; " + nothing),
              null));
    }
    return all;
  }

  /** Returns why none of them compiles for a device. */
  Reason noneFor(String device, int capability) {
    return reason(
        ReasonCode.VERSION_MISMATCH,
        device
            + " has compute capability "
            + words(capability)
            + ", which "
            + String.join(
                " and ",
                loaded.stream()
                    .map(
                        one ->
                            "NVRTC "
                                + one.version()
                                + " in "
                                + one.file()
                                + " (for "
                                + words(one.architectures().getFirst())
                                + " to "
                                + words(one.architectures().getLast())
                                + ")")
                    .toList())
            + " does not compile for",
        null);
  }

  private static String words(int capability) {
    return capability / 10 + "." + capability % 10;
  }

  private static Reason reason(ReasonCode code, String message, @Nullable Throwable cause) {
    return new Reason(code, message, REMEDY, cause);
  }
}
