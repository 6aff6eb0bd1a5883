package dev.shiftwise.models.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyFileTest {
  @TempDir Path folder;

  private Tensor fixture(String name) throws IOException {
    return NpyFile.read(Fixtures.copy(name, folder));
  }

  private static float[] upTo(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i;
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(strings = {"i1", "u1", "i2", "u2", "i4", "u4", "i8", "f2", "f4", "f8"})
  void readsNumPysTypesInBothOrders(String type) throws IOException {
    for (String order : List.of("little", "big")) {
      Tensor tensor = fixture(type + "-" + order + ".npy");
      assertEquals(List.of(2L, 3L), tensor.dimensions());
      assertArrayEquals(new float[] {0, 1, 2, 3, 100, 127}, tensor.toArray());
    }
  }

  @Test
  void readsBooleansScalarsAndEmptyArrays() throws IOException {
    assertArrayEquals(new float[] {0, 0, 1, 1, 1, 1}, fixture("bool.npy").toArray());
    assertEquals(List.of(), fixture("scalar.npy").dimensions());
    assertEquals(2.5f, fixture("scalar.npy").get(0));
    assertEquals(List.of(0L, 3L), fixture("empty.npy").dimensions());
  }

  @ParameterizedTest
  @ValueSource(strings = {"fortran", "version-1", "version-2", "version-3"})
  void readsEveryVersionAndOrder(String name) throws IOException {
    Tensor tensor = fixture(name + ".npy");
    assertEquals(List.of(2L, 3L, 4L), tensor.dimensions());
    assertArrayEquals(upTo(24), tensor.toArray());
  }

  @Test
  void writesWhatNumPyWrites() throws IOException {
    Path file = folder.resolve("written.npy");
    NpyFile.write(file, Tensor.of(upTo(24), 2, 3, 4));
    byte[] written = Files.readAllBytes(file);
    byte[] numPys = Fixtures.bytes("version-1.npy");
    assertArrayEquals(numPys, written);
  }

  @Test
  void givesBackWhatWasWritten() throws IOException {
    float[] values = {-0f, Float.NaN, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, 1, 2};
    Path file = folder.resolve("x.npy");
    for (long[] shape : new long[][] {{6}, {2, 3}, {1, 6, 1}}) {
      NpyFile.write(file, Tensor.of(values, shape));
      Tensor read = NpyFile.read(file);
      assertEquals(Arrays.stream(shape).boxed().toList(), read.dimensions());
      assertArrayEquals(values, read.toArray());
    }
    NpyFile.write(file, Tensor.of(new float[] {5}));
    assertEquals(List.of(), NpyFile.read(file).dimensions());
  }

  @Test
  void refusesOtherTypesByName() {
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> fixture("complex.npy"));
    assertEquals("'<c8'", e.found());
    assertThrows(ModelFormatException.class, () -> fixture("structured.npy"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          empty                | ``                                                                 | '{'
          two keys             | {'descr': '<f4', 'shape': (1,)}                                    | fortran_order
          key twice            | {'descr': '<f4', 'descr': '<f4', 'shape': (1,)}                    | once
          other key            | {'descr': '<f4', 'size': 1}                                        | fortran_order
          text behind it       | {'descr': '<f4', 'fortran_order': False, 'shape': (1,)} 1          | nothing behind
          no truth             | {'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}                | True or False
          negative size        | {'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}           | an integer
          huge size            | {'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)} | an integer
          overflow             | {'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)} | 2^63
          more than is there   | {'descr': '<f4', 'fortran_order': False, 'shape': (2,)}            | wanted 8 bytes
          less than is there   | {'descr': '<f4', 'fortran_order': False, 'shape': (0,)}            | wanted 0 bytes
          open tuple           | {'descr': '<f4', 'fortran_order': False, 'shape': (1               | ')'
          open string          | {'descr': '<f4                                                     | quotes
          native order         | {'descr': '=f4', 'fortran_order': False, 'shape': (1,)}            | float16
          """)
  void refuses(String fault, String header, String told) throws IOException {
    Path file = Files.write(folder.resolve("bad.npy"), content(1, header.length(), header));
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> NpyFile.read(file), fault);
    assertTrue(e.getMessage().contains(told), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void refusesBrokenBeginnings() throws IOException {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}";
    for (byte[] bad :
        List.of(
            new byte[0],
            content(1, header.length() + 100, header),
            content(9, header.length(), header),
            Arrays.copyOf(content(1, header.length(), header), 8),
            Arrays.copyOf(content(1, header.length(), header), 6),
            "not NumPy at all".getBytes(StandardCharsets.US_ASCII))) {
      Path file = Files.write(folder.resolve("bad.npy"), bad);
      assertThrows(ModelFormatException.class, () -> NpyFile.read(file));
    }
  }

  private static byte[] content(int version, int length, String header) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    out.writeBytes(new byte[] {(byte) length, (byte) (length >> 8)});
    out.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(new byte[4]);
    return out.toByteArray();
  }
}
