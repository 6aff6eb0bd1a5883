package dev.shiftwise.backend.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A library that the system's loader opened.
 *
 * <p>By {@code dlopen} itself, since {@link SymbolLookup#libraryLookup} keeps to itself why a
 * library cannot be loaded. It is never closed: drivers have threads and exit handlers of their
 * own, which do not survive it.
 */
final class NativeLibrary {
  /** All symbols at once, so that what is missing shows here and not in the middle of a run. */
  private static final int RTLD_NOW = 2;

  private final String name;
  private final MemorySegment handle;
  private final Loader loader;

  private NativeLibrary(String name, MemorySegment handle, Loader loader) {
    this.name = name;
    this.handle = handle;
    this.loader = loader;
  }

  /** The three functions of the system's loader. */
  private record Loader(MemorySegment dlopen, MemorySegment dlsym, MemorySegment dlerror) {

    @SuppressWarnings("restricted")
    static Loader ofSystem() throws CannotLoadException {
      // Asks the JVM for native access. A refusal while the handles are made would break their
      // class for good.
      var _ = MemorySegment.NULL.reinterpret(0);
      SymbolLookup system = Linker.nativeLinker().defaultLookup();
      Optional<MemorySegment> dlopen = system.find("dlopen");
      Optional<MemorySegment> dlsym = system.find("dlsym");
      Optional<MemorySegment> dlerror = system.find("dlerror");
      if (dlopen.isEmpty() || dlsym.isEmpty() || dlerror.isEmpty()) {
        throw new CannotLoadException("this system has no dlopen: the backend is for Linux");
      }
      return new Loader(dlopen.get(), dlsym.get(), dlerror.get());
    }

    String complaint() {
      MemorySegment text = Downcalls.address(dlerror);
      return text.equals(MemorySegment.NULL) ? "no message of the loader" : Downcalls.text(text);
    }
  }

  /**
   * Opens a library.
   *
   * @param name a path, or a file's name that the loader looks for in its own places
   * @throws CannotLoadException with the loader's own words
   * @throws IllegalCallerException if the JVM denies native access
   */
  static NativeLibrary open(String name) throws CannotLoadException {
    Loader loader = Loader.ofSystem();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = Downcalls.address(loader.dlopen(), arena.allocateFrom(name), RTLD_NOW);
      if (handle.equals(MemorySegment.NULL)) {
        throw new CannotLoadException(loader.complaint());
      }
      return new NativeLibrary(name, handle, loader);
    }
  }

  /** What it was opened by. */
  String name() {
    return name;
  }

  /** Returns the address of a symbol. */
  Optional<MemorySegment> find(String symbol) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = Downcalls.address(loader.dlsym(), handle, arena.allocateFrom(symbol));
      return address.equals(MemorySegment.NULL) ? Optional.empty() : Optional.of(address);
    }
  }

  @Override
  public String toString() {
    return name;
  }

  /** The addresses of a list of symbols; says at the end which of them are missing. */
  static final class Symbols {
    private final NativeLibrary library;
    private final List<String> missing = new ArrayList<>();

    Symbols(NativeLibrary library) {
      this.library = library;
    }

    /** Returns the address, or null's where it is missing. */
    MemorySegment address(String symbol) {
      Optional<MemorySegment> address = library.find(symbol);
      if (address.isEmpty()) {
        missing.add(symbol);
      }
      return address.orElse(MemorySegment.NULL);
    }

    /**
     * To be called before any address is used.
     *
     * @throws MissingSymbolsException if one was missing
     */
    void check() throws MissingSymbolsException {
      if (!missing.isEmpty()) {
        throw new MissingSymbolsException(library, missing);
      }
    }
  }

  /** The loader does not load a library. */
  static final class CannotLoadException extends Exception {
    private static final long serialVersionUID = 1L;

    CannotLoadException(String message) {
      super(message);
    }
  }

  /** A library lacks functions. */
  static final class MissingSymbolsException extends Exception {
    private static final long serialVersionUID = 1L;

    MissingSymbolsException(NativeLibrary library, List<String> symbols) {
      super(library + " lacks " + String.join(", ", symbols));
    }
  }
}
