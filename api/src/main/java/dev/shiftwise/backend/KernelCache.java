package dev.shiftwise.backend;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Compiled kernels and tuning results, kept on disk from one run to the next; for backends.
 *
 * <p>A blob is found again by its key: a list of texts which has to name everything that the blob
 * depends on, such as the device, the driver's version, the source and the options. Keys are
 * compared whole; {@code ["ab", "c"]} and {@code ["a", "bc"]} are two keys.
 *
 * <p>A cache never makes anything fail. What cannot be read is a miss, what cannot be written is
 * not kept, and the first such trouble is logged in one line. Files that were cut off, damaged or
 * come from elsewhere are recognised by checksums, count as misses and are replaced. The folder may
 * be deleted at any time.
 *
 * <p>The checksums are no protection against malice: whoever can write to the folder decides which
 * code the device runs. So the folder is created for its user alone, and one that belongs to
 * another user or that others can write to is not used.
 *
 * <p>Safe for any number of threads and processes on one folder. Beyond 256 MiB a folder loses the
 * blobs that were used least recently.
 */
public final class KernelCache {
  /** The system property that names the folder to use instead of the user's own. */
  public static final String FOLDER = "shiftwise.cache.dir";

  /** The system property that turns {@link #ofUser} off where its value is {@code off}. */
  public static final String SWITCH = "shiftwise.cache";

  private static final System.Logger LOG = System.getLogger(KernelCache.class.getName());
  private static final long MOST_BYTES = 256L << 20;
  private static final String OFF = "off";
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]*");

  private final @Nullable CacheFolder folder;
  private final AtomicBoolean hasComplained = new AtomicBoolean();

  private KernelCache(@Nullable CacheFolder folder) {
    this.folder = folder;
  }

  /** Returns a cache that keeps nothing. */
  public static KernelCache none() {
    return new KernelCache(null);
  }

  /**
   * Returns the user's cache for a backend: a folder of the backend's name in {@link #FOLDER}, or
   * else in {@code shiftwise} where this system keeps caches ({@code $XDG_CACHE_HOME} or {@code
   * ~/.cache}, {@code ~/Library/Caches}, {@code %LOCALAPPDATA%}). Keeps nothing if {@link #SWITCH}
   * is {@code off} or if there is no such folder.
   *
   * @param backend the backend's name
   * @throws IllegalArgumentException if that is no name of a backend
   */
  public static KernelCache ofUser(String backend) {
    if (!NAME.matcher(backend).matches()) {
      throw new IllegalArgumentException(
          "backend is '" + backend + "', wanted small letters, digits and hyphens");
    }
    if (System.getProperty(SWITCH, "").equalsIgnoreCase(OFF)) {
      return none();
    }
    try {
      Optional<Path> root =
          CachePlace.root(System.getProperty("os.name", ""), System::getProperty, System::getenv);
      return root.isEmpty()
          ? none()
          : open(List.of(root.get(), root.get().resolve(backend)), MOST_BYTES);
    } catch (InvalidPathException e) {
      LOG.log(System.Logger.Level.WARNING, "no kernel cache: {0}", e.getMessage());
      return none();
    }
  }

  /**
   * Returns the cache in a folder, which is created if it is missing.
   *
   * @param folder the user's own; others must not be able to write to it
   */
  public static KernelCache at(Path folder) {
    return at(folder, MOST_BYTES);
  }

  static KernelCache at(Path folder, long mostBytes) {
    return open(List.of(folder), mostBytes);
  }

  private static KernelCache open(List<Path> folders, long mostBytes) {
    CacheFolder folder = new CacheFolder(folders, mostBytes, Clock.systemUTC());
    try {
      folder.prepare();
      return new KernelCache(folder);
    } catch (CacheFolder.NotPrivateException e) {
      LOG.log(System.Logger.Level.WARNING, "no kernel cache: {0}", e.getMessage());
    } catch (IOException e) {
      LOG.log(System.Logger.Level.INFO, "no kernel cache: {0}", e);
    }
    return none();
  }

  /**
   * Returns the blob that was put last for a key, or nothing if there is none or if it cannot be
   * read.
   */
  public Optional<byte[]> get(List<String> key) {
    byte[] digest = CacheFile.digest(key);
    if (folder == null) {
      return Optional.empty();
    }
    try {
      return folder.read(digest);
    } catch (IOException e) {
      complain("read", e);
      return Optional.empty();
    }
  }

  /** Returns whether there is a folder: without one, what would be put need not be made. */
  public boolean hasFolder() {
    return folder != null;
  }

  /** Keeps a blob for a key if that can be done, instead of the one that was there before. */
  public void put(List<String> key, byte[] blob) {
    byte[] digest = CacheFile.digest(key);
    Objects.requireNonNull(blob, "blob");
    if (folder == null) {
      return;
    }
    try {
      folder.write(digest, blob);
    } catch (IOException e) {
      complain("written", e);
    }
  }

  private void complain(String what, IOException e) {
    if (!hasComplained.getAndSet(true)) {
      LOG.log(System.Logger.Level.INFO, "{0} cannot be {1}: {2}", this, what, e);
    }
  }

  /** Prints where it is. */
  @Override
  public String toString() {
    return folder == null ? "no kernel cache" : "kernel cache " + folder;
  }
}
