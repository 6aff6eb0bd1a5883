package dev.shiftwise.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.text.MessageFormat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class KernelCacheTest {
  private static final List<String> KEY = List.of("device", "driver 1.2", "source");
  private static final byte[] BLOB = "what a compiler made".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path parent = Path.of("");

  private Path folder() {
    return parent.resolve("cache");
  }

  private static void assertHolds(byte[] wanted, KernelCache cache, List<String> key) {
    assertArrayEquals(wanted, cache.get(key).orElseThrow());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.sorted().toList();
    }
  }

  @Test
  void whatWasPutIsFoundByAnother() throws IOException {
    KernelCache cache = KernelCache.at(folder());
    assertEquals(Optional.empty(), cache.get(KEY));
    cache.put(KEY, BLOB);
    assertHolds(BLOB, cache, KEY);
    assertHolds(BLOB, KernelCache.at(folder()), KEY);
    cache.put(KEY, new byte[0]);
    assertHolds(new byte[0], KernelCache.at(folder()), KEY);
    assertEquals(1, files().size());
    assertEquals("kernel cache " + folder(), cache.toString());
  }

  @Test
  void partsOfKeysDoNotRunTogether() {
    KernelCache cache = KernelCache.at(folder());
    List<List<String>> keys =
        List.of(
            List.of(),
            List.of(""),
            List.of("", ""),
            List.of("abc"),
            List.of("a", "bc"),
            List.of("ab", "c"),
            List.of("ab", "c", ""),
            List.of("\u00e4"),
            List.of("a\u0308"));
    for (int i = 0; i < keys.size(); i++) {
      cache.put(keys.get(i), new byte[] {(byte) i});
    }
    for (int i = 0; i < keys.size(); i++) {
      assertHolds(new byte[] {(byte) i}, cache, keys.get(i));
    }
  }

  @Test
  void noneKeepsNothing() {
    KernelCache cache = KernelCache.none();
    assertFalse(cache.hasFolder());
    cache.put(KEY, BLOB);
    assertEquals(Optional.empty(), cache.get(KEY));
    assertEquals("no kernel cache", cache.toString());
  }

  @Test
  void damagedFilesAreMissesAndAreReplaced() throws IOException {
    KernelCache cache = KernelCache.at(folder());
    cache.put(KEY, BLOB);
    Path file = files().getFirst();
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertEquals(Optional.empty(), cache.get(KEY), "cut off at " + length);
    }
    for (int i = 0; i < whole.length; i++) {
      byte[] flipped = whole.clone();
      flipped[i] ^= 0x10;
      Files.write(file, flipped);
      assertEquals(Optional.empty(), cache.get(KEY), "flipped at " + i);
    }
    Files.write(file, Arrays.copyOf(whole, whole.length + 1));
    assertEquals(Optional.empty(), cache.get(KEY));
    cache.put(KEY, BLOB);
    assertHolds(BLOB, cache, KEY);
    assertArrayEquals(whole, Files.readAllBytes(file));
  }

  @Test
  void anotherKeysFileIsAMiss() throws IOException {
    KernelCache cache = KernelCache.at(folder());
    cache.put(KEY, BLOB);
    Path file = files().getFirst();
    cache.put(List.of("other"), new byte[] {1});
    Path other = files().stream().filter(one -> !one.equals(file)).findFirst().orElseThrow();
    Files.copy(other, file, StandardCopyOption.REPLACE_EXISTING);
    assertEquals(Optional.empty(), cache.get(KEY));
  }

  @Test
  void theFolderMayBeDeletedAtAnyTime() throws IOException {
    KernelCache cache = KernelCache.at(folder());
    cache.put(KEY, BLOB);
    delete();
    assertEquals(Optional.empty(), cache.get(KEY));
    cache.put(KEY, BLOB);
    assertHolds(BLOB, cache, KEY);
    assertEquals(1, files().size());
  }

  private void delete() throws IOException {
    for (Path file : files()) {
      Files.delete(file);
    }
    Files.delete(folder());
  }

  @Test
  void theLeastRecentlyUsedGoFirst() throws IOException {
    int bytes = 1000;
    KernelCache cache = KernelCache.at(folder(), 3L * (bytes + CacheFile.HEADER_BYTES) + bytes / 2);
    Instant past = Instant.now().minusSeconds(3600);
    List<List<String>> keys = Stream.of("a", "b", "c").map(name -> List.of("key", name)).toList();
    for (int i = 0; i < keys.size(); i++) {
      cache.put(keys.get(i), new byte[bytes]);
      FileTime time = FileTime.from(past.plusSeconds(i));
      for (Path file : files()) {
        if (Files.getLastModifiedTime(file).toInstant().isAfter(past.plusSeconds(60))) {
          Files.setLastModifiedTime(file, time);
        }
      }
    }
    assertTrue(cache.get(keys.get(0)).isPresent());
    cache.put(KEY, new byte[bytes]);
    assertTrue(cache.get(keys.get(0)).isPresent(), "used last");
    assertTrue(cache.get(keys.get(1)).isEmpty(), "used first");
    assertTrue(cache.get(keys.get(2)).isPresent());
    assertTrue(cache.get(KEY).isPresent(), "just put");
    assertEquals(3, files().size());
  }

  @Test
  void whatIsLargerThanTheWholeCacheIsNotKept() throws IOException {
    KernelCache cache = KernelCache.at(folder(), 1000);
    cache.put(KEY, BLOB);
    cache.put(List.of("large"), new byte[1000]);
    assertEquals(Optional.empty(), cache.get(List.of("large")));
    assertHolds(BLOB, cache, KEY);
    Path file = files().getFirst();
    Files.write(file, new byte[5000]);
    assertEquals(Optional.empty(), cache.get(KEY));
  }

  @Test
  void onlyItsOwnFilesAreDeleted() throws IOException {
    KernelCache cache = KernelCache.at(folder(), 300);
    Path letter = Files.write(folder().resolve("letter.txt"), new byte[10_000]);
    Path abandoned = Files.write(folder().resolve("unfinished-17.blob"), new byte[100]);
    Path active = Files.write(folder().resolve("unfinished-18.blob"), new byte[100]);
    FileTime old = FileTime.from(Instant.now().minusSeconds(7200));
    Files.setLastModifiedTime(letter, old);
    Files.setLastModifiedTime(abandoned, old);
    cache.put(KEY, BLOB);
    cache.put(List.of("second"), new byte[200]);
    assertTrue(Files.exists(letter));
    assertTrue(Files.exists(active));
    assertFalse(Files.exists(abandoned));
    assertTrue(cache.get(KEY).isEmpty());
    assertTrue(cache.get(List.of("second")).isPresent());
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no POSIX permissions")
  void theFolderIsForItsUserAlone() throws IOException {
    Path deep = parent.resolve("a", "b", "c");
    KernelCache.at(deep).put(KEY, BLOB);
    for (Path one : List.of(parent.resolve("a"), parent.resolve("a", "b"), deep)) {
      assertEquals("rwx------", permissions(one));
    }
    try (Stream<Path> files = Files.list(deep)) {
      assertEquals("rw-------", permissions(files.findFirst().orElseThrow()));
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no POSIX permissions")
  void aFolderThatOthersCanWriteToIsNotUsed() throws IOException {
    for (String permissions : List.of("rwxrwx---", "rwx----w-", "rwxrwxrwx")) {
      Path open = Files.createDirectory(parent.resolve(permissions));
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString(permissions));
      assertIsNotUsed(open, "WARNING", permissions);
    }
    Path readable = Files.createDirectory(parent.resolve("readable"));
    Files.setPosixFilePermissions(readable, PosixFilePermissions.fromString("rwxr-xr-x"));
    KernelCache.at(readable).put(KEY, BLOB);
    assertTrue(KernelCache.at(readable).get(KEY).isPresent());
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no POSIX permissions")
  void anotherUsersFolderIsNotUsed() throws IOException {
    UserPrincipal nobody;
    Path theirs = Files.createDirectory(parent.resolve("theirs"));
    Files.setPosixFilePermissions(theirs, PosixFilePermissions.fromString("rwxr-xr-x"));
    try {
      nobody =
          theirs.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
      Files.setOwner(theirs, nobody);
    } catch (IOException e) {
      Assumptions.abort("only the superuser can give folders away: " + e);
      return;
    }
    assertIsNotUsed(theirs, "WARNING", "belongs to nobody");
  }

  private static void assertIsNotUsed(Path folder, String level, String... words)
      throws IOException {
    try (Log log = new Log()) {
      KernelCache cache = KernelCache.at(folder);
      cache.put(KEY, BLOB);
      assertEquals(Optional.empty(), cache.get(KEY));
      assertEquals("no kernel cache", cache.toString());
      assertEquals(1, log.lines.size(), log.lines::toString);
      assertTrue(log.lines.getFirst().startsWith(level), log.lines::toString);
      for (String word : words) {
        assertTrue(log.lines.getFirst().contains(word), log.lines::toString);
      }
    }
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        assertEquals(List.of(), files.toList());
      }
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsNoFailure() throws IOException {
    Path file = Files.createFile(parent.resolve("file"));
    assertIsNotUsed(file.resolve("below"), "INFO", "no kernel cache");
    assertIsNotUsed(file, "INFO", "no kernel cache");
  }

  @Test
  void troubleLaterOnIsToldOnce() throws IOException {
    KernelCache cache = KernelCache.at(folder());
    cache.put(KEY, BLOB);
    delete();
    Files.createFile(folder());
    try (Log log = new Log()) {
      for (int i = 0; i < 3; i++) {
        cache.put(KEY, BLOB);
        assertEquals(Optional.empty(), cache.get(KEY));
      }
      assertEquals(1, log.lines.size(), log.lines::toString);
      assertTrue(log.lines.getFirst().contains("cannot be written"), log.lines::toString);
    }
  }

  @Test
  void propertiesChooseTheUsersFolder() {
    String before = System.getProperty(KernelCache.FOLDER);
    try {
      System.setProperty(KernelCache.FOLDER, folder().toString());
      KernelCache.ofUser("toaster").put(KEY, BLOB);
      assertTrue(Files.isDirectory(folder().resolve("toaster")));
      assertHolds(BLOB, KernelCache.ofUser("toaster"), KEY);
      assertEquals(Optional.empty(), KernelCache.ofUser("kettle").get(KEY));
      System.setProperty(KernelCache.SWITCH, "off");
      assertEquals(Optional.empty(), KernelCache.ofUser("toaster").get(KEY));
      System.clearProperty(KernelCache.SWITCH);
      System.setProperty(KernelCache.FOLDER, "no\0path");
      try (Log log = new Log()) {
        assertEquals("no kernel cache", KernelCache.ofUser("toaster").toString());
        assertEquals(1, log.lines.size());
      }
    } finally {
      System.clearProperty(KernelCache.SWITCH);
      if (before == null) {
        System.clearProperty(KernelCache.FOLDER);
      } else {
        System.setProperty(KernelCache.FOLDER, before);
      }
    }
    assertThrows(IllegalArgumentException.class, () -> KernelCache.ofUser("../toaster"));
  }

  /** What the cache logs meanwhile, debug lines left out. */
  private static final class Log extends Handler implements AutoCloseable {
    private final Logger logger = Logger.getLogger(KernelCache.class.getName());
    private final List<String> lines = new ArrayList<>();

    Log() {
      logger.setUseParentHandlers(false);
      logger.addHandler(this);
    }

    @Override
    public void publish(LogRecord line) {
      if (line.getLevel().intValue() >= Level.INFO.intValue()) {
        lines.add(
            line.getLevel() + " " + MessageFormat.format(line.getMessage(), line.getParameters()));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      logger.removeHandler(this);
      logger.setUseParentHandlers(true);
    }
  }
}
