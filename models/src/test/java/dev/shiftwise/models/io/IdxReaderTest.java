package dev.shiftwise.models.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxReaderTest {
  private static final int BYTES = 0x0800;

  @TempDir Path folder;

  static byte[] idx(int magic, int data, int... dimensions) {
    ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * dimensions.length + data).putInt(magic);
    Arrays.stream(dimensions).forEach(buffer::putInt);
    for (int i = 0; i < data; i++) {
      buffer.put((byte) i);
    }
    return buffer.array();
  }

  static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }

  private Path file(byte[] content) throws IOException {
    return Files.write(folder.resolve("x"), content);
  }

  private static void readAll(Path file) throws IOException {
    try (IdxReader reader = IdxReader.open(file)) {
      while (reader.hasNext()) {
        reader.next();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsItemByItem(boolean compressed) throws IOException {
    byte[] plain = idx(BYTES | 3, 12, 2, 2, 3);
    try (IdxReader reader = IdxReader.open(file(compressed ? gzip(plain) : plain))) {
      assertEquals(2, reader.count());
      assertEquals(List.of(2, 3), reader.itemShape());
      assertArrayEquals(new byte[] {0, 1, 2, 3, 4, 5}, reader.next());
      assertTrue(reader.hasNext());
      assertArrayEquals(new byte[] {6, 7, 8, 9, 10, 11}, reader.next());
      assertFalse(reader.hasNext());
      assertThrows(NoSuchElementException.class, reader::next);
    }
  }

  @Test
  void readsNoItems() throws IOException {
    readAll(file(idx(BYTES | 3, 0, 0, 28, 28)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusesSizesThatLie(boolean compressed) throws IOException {
    for (byte[] bad :
        List.of(
            idx(BYTES | 3, 11, 2, 2, 3),
            idx(BYTES | 3, 13, 2, 2, 3),
            idx(BYTES | 1, 3, Integer.MAX_VALUE),
            idx(BYTES | 3, 3, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE),
            idx(BYTES | 3, 3, 1, 1 << 13, 1 << 13),
            idx(BYTES | 3, 0, 1 << 30, 0, 0),
            idx(BYTES | 2, 3, -1, 3),
            idx(BYTES | 2, 3, 1, -3))) {
      Path file = file(compressed ? gzip(bad) : bad);
      assertThrows(ModelFormatException.class, () -> readAll(file), Arrays.toString(bad));
    }
  }

  @Test
  void refusesOtherMagicAndTypes() throws IOException {
    for (int magic : new int[] {0x0d01, BYTES, 0x08ff, 0x01000801, 0x89504e47}) {
      Path file = file(idx(magic, 3, 3));
      ModelFormatException e = assertThrows(ModelFormatException.class, () -> IdxReader.open(file));
      assertTrue(e.where().equals("magic number") || e.where().equals("type"), e.getMessage());
    }
  }

  @Test
  void refusesWhatEndsEarly() throws IOException {
    byte[] whole = idx(BYTES | 3, 12, 2, 2, 3);
    byte[] compressed = gzip(whole);
    for (byte[] content : List.of(whole, compressed)) {
      for (int length = 0; length < content.length; length++) {
        Path file = file(Arrays.copyOf(content, length));
        assertThrows(ModelFormatException.class, () -> readAll(file), "cut at " + length);
      }
    }
  }

  @Test
  void refusesWhatIsNoFile() {
    assertThrows(NoSuchFileException.class, () -> IdxReader.open(folder.resolve("missing")));
    assertThrows(ModelFormatException.class, () -> IdxReader.open(folder));
  }

  @Test
  void refusesLabelsThatDoNotFitTheImages() throws IOException {
    Files.write(folder.resolve("t10k-images-idx3-ubyte"), idx(BYTES | 3, 12, 2, 2, 3));
    assertThrows(NoSuchFileException.class, () -> LabelledPictures.open(folder, "t10k"));
    Path labels = folder.resolve("t10k-labels-idx1-ubyte.gz");
    Files.write(labels, gzip(idx(BYTES | 1, 3, 3)));
    assertThrows(ModelFormatException.class, () -> LabelledPictures.open(folder, "t10k"));
    Files.write(labels, gzip(idx(BYTES | 2, 2, 2, 1)));
    assertThrows(ModelFormatException.class, () -> LabelledPictures.open(folder, "t10k"));
    Files.write(labels, gzip(idx(BYTES | 1, 2, 2)));
    try (LabelledPictures pictures = LabelledPictures.open(folder, "t10k")) {
      assertEquals(0, pictures.next().label());
      LabelledPictures.LabelledPicture second = pictures.next();
      assertEquals(1, second.label());
      assertEquals(7, second.picture().sample(0, 0, 1));
      assertFalse(pictures.hasNext());
    }
  }
}
