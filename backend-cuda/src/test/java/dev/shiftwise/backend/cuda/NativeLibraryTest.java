package dev.shiftwise.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.cuda.NativeLibrary.CannotLoadException;
import dev.shiftwise.backend.cuda.NativeLibrary.MissingSymbolsException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class NativeLibraryTest {
  private static final String LIBC = "libc.so.6";

  @TempDir private Path folder = Path.of("");

  @Test
  void functionsAreFoundAndCalled() throws CannotLoadException {
    NativeLibrary library = NativeLibrary.open(LIBC);
    assertEquals(LIBC, library.name());
    MemorySegment abs = library.find("abs").orElseThrow();
    assertEquals(42, Downcalls.call(abs, -42));
    assertTrue(library.find("no_such_function").isEmpty());
    MemorySegment getenv = library.find("getenv").orElseThrow();
    try (Arena arena = Arena.ofConfined()) {
      assertEquals(
          System.getenv("PATH"),
          Downcalls.text(Downcalls.address(getenv, arena.allocateFrom("PATH"), 0)));
    }
  }

  @Test
  void theLoaderIsQuoted() throws IOException {
    assertEquals(
        "libno-such.so.7: cannot open shared object file: No such file or directory",
        complaint("libno-such.so.7"));
    Path text = Files.writeString(folder.resolve("text.so"), "not a library");
    assertEquals(text + ": file too short", complaint(text.toString()));
  }

  private static String complaint(String name) {
    return String.valueOf(
        assertThrows(CannotLoadException.class, () -> NativeLibrary.open(name)).getMessage());
  }

  @Test
  void everyMissingFunctionIsNamed() throws CannotLoadException {
    NativeLibrary library = NativeLibrary.open(LIBC);
    String driver =
        String.valueOf(
            assertThrows(MissingSymbolsException.class, () -> new CudaDriver(library))
                .getMessage());
    assertTrue(driver.startsWith("libc.so.6 lacks cuInit, cuDriverGetVersion, "), driver);
    assertTrue(driver.endsWith(", cuEventDestroy_v2"), driver);
    String compiler =
        String.valueOf(
            assertThrows(MissingSymbolsException.class, () -> new Nvrtc(library)).getMessage());
    assertTrue(compiler.contains("nvrtcVersion"), compiler);
    assertTrue(compiler.contains("nvrtcGetErrorString"), compiler);
  }
}
