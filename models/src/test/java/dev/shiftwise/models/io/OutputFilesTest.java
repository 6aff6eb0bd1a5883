package dev.shiftwise.models.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.shiftwise.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFilesTest {
  @TempDir Path folder;

  @Test
  void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("weights"), "old");
    Tensor closed;
    try (Arena arena = Arena.ofConfined()) {
      closed = new Tensor(arena.allocate(4), List.of(1L));
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("sound", Tensor.of(new float[100_000], 100_000));
    tensors.put("closed", closed);
    assertThrows(
        IllegalStateException.class, () -> SafetensorsWriter.write(file, tensors, Map.of()));
    assertThrows(IllegalStateException.class, () -> NpyFile.write(file, closed));
    assertEquals("old", Files.readString(file));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void replacesAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("x.npy"), "old");
    NpyFile.write(file, Tensor.of(new float[] {3}, 1));
    assertEquals(3, NpyFile.read(file).get(0));
  }

  @Test
  void refusesAFolderAndAMissingOne() {
    Tensor tensor = Tensor.of(new float[1], 1);
    assertThrows(IOException.class, () -> NpyFile.write(folder, tensor));
    assertThrows(IOException.class, () -> NpyFile.write(folder.resolve("no/x.npy"), tensor));
  }

  @Test
  void refusesTheNameOfTheMetadata() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            SafetensorsWriter.write(
                folder.resolve("x"), Map.of("__metadata__", Tensor.of(new float[1], 1)), Map.of()));
  }
}
