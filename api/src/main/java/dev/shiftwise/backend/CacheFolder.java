package dev.shiftwise.backend;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The files of {@link KernelCache}; touches none but its own. */
final class CacheFolder {
  private static final System.Logger LOG = System.getLogger(CacheFolder.class.getName());
  private static final String SUFFIX = ".blob";
  private static final String UNFINISHED = "unfinished-";
  private static final Pattern OURS = Pattern.compile("[0-9a-f]{64}\\.blob|unfinished-\\d+\\.blob");

  /** What is unfinished for longer was left by a process that is gone. */
  private static final Duration PATIENCE = Duration.ofHours(1);

  private final List<Path> folders;
  private final Path folder;
  private final long mostBytes;
  private final Clock clock;

  /** The folder belongs to another user, or others can write to it. */
  static final class NotPrivateException extends IOException {
    private static final long serialVersionUID = 1L;

    private NotPrivateException(String message) {
      super(message);
    }
  }

  private record Entry(Path path, long bytes, FileTime used) {}

  /**
   * Touches nothing yet.
   *
   * @param folders those that have to be private, the last one for the files
   * @param mostBytes of all files together
   * @param clock tells when a file was used
   */
  CacheFolder(List<Path> folders, long mostBytes, Clock clock) {
    this.folders = List.copyOf(folders);
    this.folder = folders.getLast();
    this.mostBytes = mostBytes;
    this.clock = clock;
  }

  /** Creates what is missing and refuses what is not private. */
  void prepare() throws IOException {
    for (Path one : folders) {
      prepare(one);
    }
  }

  private static void prepare(Path folder) throws IOException {
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      // On Windows the place itself is private, and its rights go down to what is created in it.
      Files.createDirectories(folder);
      return;
    }
    Files.createDirectories(folder, onlyUser());
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
    if (permissions.contains(PosixFilePermission.GROUP_WRITE)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new NotPrivateException(
          folder
              + " has the permissions "
              + PosixFilePermissions.toString(permissions)
              + ", wanted one to which only its owner can write (chmod go-w)");
    }
    UserPrincipal user = user(folder);
    for (UserPrincipal owner :
        List.of(Files.getOwner(folder), Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS))) {
      if (!owner.equals(user)) {
        throw new NotPrivateException(
            folder
                + " belongs to "
                + owner.getName()
                + ", wanted one of "
                + user.getName()
                + " (choose another with -D"
                + KernelCache.FOLDER
                + "=FOLDER)");
      }
    }
  }

  private static FileAttribute<Set<PosixFilePermission>> onlyUser() {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  }

  /** Who this process is only shows in what it creates. */
  private static UserPrincipal user(Path folder) throws IOException {
    Path file = Files.createTempFile(folder, UNFINISHED, SUFFIX);
    try {
      return Files.getOwner(file);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Returns what was written last under a key's digest, if it is there and whole. */
  Optional<byte[]> read(byte[] key) throws IOException {
    Path file = file(key);
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!attributes.isRegularFile() || attributes.size() > CacheFile.HEADER_BYTES + mostBytes) {
        return Optional.empty();
      }
      Optional<byte[]> blob = CacheFile.blob(key, Files.readAllBytes(file));
      blob.ifPresentOrElse(
          found -> touch(file), () -> LOG.log(System.Logger.Level.DEBUG, "{0} is not whole", file));
      return blob;
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Says that a file was used now: the times of reading that systems keep are too coarse. */
  private void touch(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "{0} keeps its time: {1}", file, e);
    }
  }

  /** Writes a blob under a key's digest, unless it is larger than the whole folder may be. */
  void write(byte[] key, byte[] blob) throws IOException {
    if (CacheFile.HEADER_BYTES + (long) blob.length > mostBytes) {
      return;
    }
    try {
      replace(key, blob);
    } catch (NoSuchFileException e) {
      // Somebody has deleted the folder.
      prepare();
      replace(key, blob);
    }
    trim(file(key));
  }

  /** Readers see the old file or the new one, never a part. */
  private void replace(byte[] key, byte[] blob) throws IOException {
    Path unfinished = Files.createTempFile(folder, UNFINISHED, SUFFIX);
    try {
      try (OutputStream out = Files.newOutputStream(unfinished)) {
        out.write(CacheFile.header(key, blob));
        out.write(blob);
      }
      Files.setLastModifiedTime(unfinished, FileTime.from(clock.instant()));
      Files.move(
          unfinished,
          file(key),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private Path file(byte[] key) {
    return folder.resolve(HexFormat.of().formatHex(key) + SUFFIX);
  }

  /** Deletes what was used least recently until the rest is small enough. */
  private void trim(Path newest) throws IOException {
    Instant abandoned = clock.instant().minus(PATIENCE);
    List<Entry> entries = new ArrayList<>();
    long sum = 0;
    for (Entry entry : entries()) {
      boolean isUnfinished = entry.path().getFileName().toString().startsWith(UNFINISHED);
      if (isUnfinished && entry.used().toInstant().isBefore(abandoned)) {
        Files.deleteIfExists(entry.path());
      } else if (!isUnfinished) {
        entries.add(entry);
        sum += entry.bytes();
      }
    }
    entries.removeIf(entry -> entry.path().equals(newest));
    entries.sort(Comparator.comparing(Entry::used).thenComparing(Entry::path));
    for (Entry entry : entries) {
      if (sum <= mostBytes) {
        break;
      }
      Files.deleteIfExists(entry.path());
      sum -= entry.bytes();
    }
  }

  private List<Entry> entries() throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path path : files) {
        if (OURS.matcher(path.getFileName().toString()).matches()) {
          entry(path).ifPresent(entries::add);
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return entries;
  }

  /** Nothing if another process has deleted it meanwhile. */
  private static Optional<Entry> entry(Path path) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.isRegularFile()
          ? Optional.of(new Entry(path, attributes.size(), attributes.lastModifiedTime()))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
