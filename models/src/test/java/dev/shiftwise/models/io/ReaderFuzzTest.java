package dev.shiftwise.models.io;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.shiftwise.tensor.Tensor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files, from fixed seeds: every reader ends in time, in the declared exception or in a
 * result, and allocates no more than a few megabytes for files of a few kilobytes, whatever their
 * headers claim; pictures, no more than their limit of pixels takes.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class ReaderFuzzTest {
  private static final int MUTATIONS = 2000;
  private static final long MOST_ALLOCATED = 4L << 20;
  private static final long MOST_FOR_PICTURES = 48L << 20;

  @TempDir Path folder;

  /** Reads a whole file, all that its reader offers. */
  @FunctionalInterface
  private interface Reading {
    void read(Path file) throws IOException;
  }

  private void fuzz(byte[] sound, long seed, long mostAllocated, Reading reading)
      throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Path file = folder.resolve("fuzzed");
    Files.write(file, sound);
    reading.read(file); // the sound file is read, and classes are loaded before anything is counted
    Random random = new Random(seed);
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      String mutation = "seed " + seed + ", mutation " + i;
      Files.write(file, Mutations.of(sound, random));
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        reading.read(file);
      } catch (ModelFormatException e) {
        refused++;
        assertTrue(e.getMessage().lines().count() == 1, mutation + ": " + e.getMessage());
      } catch (Throwable e) {
        fail(mutation + ": " + e, e);
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(allocated < mostAllocated, mutation + " allocated " + allocated + " bytes");
    }
    assertTrue(refused > MUTATIONS / 20, "only " + refused + " were refused: is anything checked?");
  }

  private void fuzz(byte[] sound, long seed, Reading reading) throws IOException {
    fuzz(sound, seed, MOST_ALLOCATED, reading);
  }

  @Test
  void safetensors() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("conv.weight", Tensor.of(new float[24], 4, 6));
    tensors.put("conv.bias", Tensor.of(new float[4], 4));
    tensors.put("scalar", Tensor.of(new float[1]));
    Path file = folder.resolve("sound");
    SafetensorsWriter.write(file, tensors, Map.of("network", "x"));
    fuzz(
        Files.readAllBytes(file),
        1,
        fuzzed -> {
          try (SafetensorsFile open = SafetensorsFile.open(fuzzed)) {
            for (String name : open.entries().keySet()) {
              open.tensor(name).toArray();
            }
          }
        });
  }

  @Test
  void npy() throws IOException {
    fuzz(Fixtures.bytes("fortran.npy"), 2, NpyFile::read);
    fuzz(Fixtures.bytes("version-2.npy"), 3, NpyFile::read);
    fuzz(Fixtures.bytes("f8-big.npy"), 4, NpyFile::read);
  }

  private static void readIdx(Path file) throws IOException {
    try (IdxReader reader = IdxReader.open(file)) {
      while (reader.hasNext()) {
        reader.next();
      }
    }
  }

  @Test
  void idx() throws IOException {
    byte[] sound = IdxReaderTest.idx(0x803, 5 * 7 * 7, 5, 7, 7);
    fuzz(sound, 5, ReaderFuzzTest::readIdx);
    fuzz(IdxReaderTest.gzip(sound), 6, ReaderFuzzTest::readIdx);
  }

  @Test
  void compressedIdxWithLyingHeader() throws IOException {
    byte[] sound = IdxReaderTest.idx(0x803, 5 * 7 * 7, 5, 7, 7);
    Path file = folder.resolve("lying.gz");
    Random random = new Random(7);
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated = Mutations.of(sound, random);
      Files.write(file, IdxReaderTest.gzip(mutated));
      try {
        readIdx(file);
      } catch (ModelFormatException e) {
        assertTrue(e.getMessage().contains("lying.gz"), e.getMessage());
      }
    }
  }

  /** With a limit of a megapixel: a mutated header may claim any size up to the limit. */
  private static void readImage(Path file) throws IOException {
    ImageFile.read(file, 1 << 20);
  }

  @Test
  void png() throws IOException {
    fuzz(Fixtures.bytes("wide.png"), 8, MOST_FOR_PICTURES, ReaderFuzzTest::readImage);
    fuzz(Fixtures.bytes("palette.png"), 9, MOST_FOR_PICTURES, ReaderFuzzTest::readImage);
  }

  @Test
  void jpeg() throws IOException {
    fuzz(Fixtures.bytes("photo.jpg"), 10, MOST_FOR_PICTURES, ReaderFuzzTest::readImage);
  }

  @Test
  void filesThatAreNothing() throws IOException {
    Random random = new Random(11);
    Path file = folder.resolve("noise");
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      Files.write(file, noise);
      for (Reading reading :
          Arrays.<Reading>asList(
              f -> SafetensorsFile.open(f).close(),
              NpyFile::read,
              ReaderFuzzTest::readIdx,
              ImageFile::read)) {
        try {
          reading.read(file);
          fail("noise " + i + " was accepted");
        } catch (ModelFormatException e) {
          assertTrue(e.getMessage().contains("noise"), e.getMessage());
        }
      }
    }
  }
}
