package dev.shiftwise.backend.cuda;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.Baseline;
import dev.shiftwise.backend.Device;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A library of NVIDIA's beside this backend: it computes in the same context, on a stream of the
 * same kind, in a slab that is planned alike. It is looked for when somebody asks for it.
 */
final class LibraryBaseline implements Baseline {

  /** Loads a library from a file and tries it out. To be called inside the context. */
  @FunctionalInterface
  interface Loader {
    Library load(NativeLibrary file) throws NativeLibrary.MissingSymbolsException;
  }

  private final String name;
  private final String remedy;
  private final LibrarySearch.Places places;
  private final Loader loader;
  private final CudaBackend backend;
  private @Nullable Library loaded;

  /**
   * Takes where to look.
   *
   * @param remedy what to do where it is not found
   * @param backend whose context it is to use, open for as long as this is asked
   */
  LibraryBaseline(
      String name, String remedy, LibrarySearch.Places places, Loader loader, CudaBackend backend) {
    this.name = name;
    this.remedy = remedy;
    this.places = places;
    this.loader = loader;
    this.backend = backend;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public synchronized Optional<String> missing() {
    if (loaded != null) {
      return Optional.empty();
    }
    List<String> complaints = new ArrayList<>();
    for (String file : places.files()) {
      try {
        loaded = load(file);
        return Optional.empty();
      } catch (NativeLibrary.CannotLoadException
          | NativeLibrary.MissingSymbolsException
          | BackendException e) {
        complaints.add(String.valueOf(e.getMessage()));
      }
    }
    if (!places.without().isEmpty()) {
      complaints.add(places.nothingIn());
    }
    return Optional.of(String.join("; ", complaints) + "; " + remedy);
  }

  private Library load(String file)
      throws NativeLibrary.CannotLoadException, NativeLibrary.MissingSymbolsException {
    NativeLibrary library = NativeLibrary.open(file);
    DeviceContext context = backend.hold();
    try {
      context.push();
      try {
        return loader.load(library);
      } finally {
        context.pop();
      }
    } finally {
      context.release();
    }
  }

  @Override
  public Backend open() {
    Optional<String> missing = missing();
    Library library = loaded;
    if (library == null) {
      throw new BackendException(name + " cannot be had: " + missing.orElse(""));
    }
    Device device = backend.device();
    Map<String, String> properties = new LinkedHashMap<>(device.properties());
    properties.put(library.name(), library.version());
    return backend.with(
        library,
        new Device(device.backend(), device.id(), device.name(), device.rank(), properties));
  }
}
