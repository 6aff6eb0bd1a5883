package dev.shiftwise.models.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
  @TempDir Path folder;

  private Path written() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("b", Tensor.of(new float[] {1, -0f, Float.NaN, 4, 5, Float.MIN_VALUE}, 2, 3));
    tensors.put("scalar", Tensor.of(new float[] {7}));
    tensors.put("empty", Tensor.of(new float[0], 0, 4));
    tensors.put("a \"quoted\" \u00fc", Tensor.of(new float[] {8}, 1));
    Path file = folder.resolve("x.safetensors");
    SafetensorsWriter.write(file, tensors, Map.of("network", "none"));
    return file;
  }

  @Test
  void givesBackWhatWasWritten() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(written())) {
      assertEquals(
          List.of("b", "scalar", "empty", "a \"quoted\" \u00fc"),
          List.copyOf(file.entries().keySet()));
      assertEquals(Map.of("network", "none"), file.metadata());
      Tensor b = file.tensor("b");
      assertEquals(List.of(2L, 3L), b.dimensions());
      assertArrayEquals(new float[] {1, -0f, Float.NaN, 4, 5, Float.MIN_VALUE}, b.toArray());
      assertEquals(List.of(), file.tensor("scalar").dimensions());
      assertEquals(7, file.tensor("scalar").get(0));
      assertEquals(0, file.tensor("empty").elements());
    }
  }

  @Test
  void tensorsAreViewsOfTheMappedFile() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(written())) {
      Tensor first = file.tensor("b");
      assertTrue(first.data().isMapped());
      assertEquals(first.data().address(), file.tensor("b").data().address());
    }
  }

  @Test
  void tensorsEndWithTheFile() throws IOException {
    SafetensorsFile file = SafetensorsFile.open(written());
    Tensor tensor = file.tensor("b");
    file.close();
    file.close();
    assertThrows(IllegalStateException.class, () -> tensor.get(0));
    assertThrows(IllegalStateException.class, () -> file.tensor("b").get(0));
  }

  @Test
  void theSameContentMakesTheSameBytes() throws IOException {
    byte[] once = Files.readAllBytes(written());
    assertArrayEquals(once, Files.readAllBytes(written()));
  }

  @Test
  void dataBeginsAtAMultipleOfEight() throws IOException {
    byte[] bytes = Files.readAllBytes(written());
    assertEquals(0, bytes[0] % 8);
  }

  @Test
  void readsTensorsAtAnyAlignment() throws IOException {
    String header = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
    for (int blanks = 0; blanks < 4; blanks++) {
      byte[] content = SafetensorsBytes.of(header + " ".repeat(blanks), 8);
      content[content.length - 1] = 0x40; // 2.0f
      Path file = Files.write(folder.resolve("unaligned"), content);
      try (SafetensorsFile open = SafetensorsFile.open(file)) {
        assertArrayEquals(new float[] {0, 2}, open.tensor("x").toArray());
      }
    }
  }

  @Test
  void otherTypesAreListedButRefusedByName() throws IOException {
    SafetensorsFile file =
        SafetensorsBytes.open(
            SafetensorsBytes.of(
                "{\"half\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[0,6]}}", 6));
    assertEquals(
        Map.of("half", new SafetensorsFile.Entry("half", "F16", List.of(3L), 0, 6)),
        file.entries());
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> file.tensor("half"));
    assertEquals("test: tensor 'half' dtype: found F16, wanted F32", e.getMessage());
  }

  @Test
  void namesTheMissingTensor() throws IOException {
    SafetensorsFile file = SafetensorsBytes.open(SafetensorsBytes.of("{}", 0));
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> file.tensor("w"));
    assertTrue(e.getMessage().contains("'w'"), e.getMessage());
  }

  @Test
  void unknownFieldsArePassedOver() throws IOException {
    SafetensorsFile file =
        SafetensorsBytes.open(
            SafetensorsBytes.of(
                "{\"x\":{\"note\":{\"a\":[1]},\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}",
                4));
    assertEquals(1, file.tensor("x").elements());
  }

  // Quotes are written as ' and turned into " below.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          no object                  | []                                                              | 0 | no '{'
          broken JSON                | {'x':                                                           | 0 | valid JSON
          text behind it             | {} {}                                                           | 0 | header
          not an entry               | {'x':1}                                                         | 0 | VALUE_NUMBER_INT
          null entry                 | {'x':null}                                                      | 0 | VALUE_NULL
          same name twice            | {'x':{'dtype':'F32','shape':[],'data_offsets':[0,4]},'x':{'dtype':'F32','shape':[],'data_offsets':[0,4]}} | 4 | Duplicate
          same field twice           | {'x':{'dtype':'F32','dtype':'F32','shape':[],'data_offsets':[0,4]}} | 4 | Duplicate
          no dtype                   | {'x':{'shape':[],'data_offsets':[0,4]}}                         | 4 | no field dtype
          no shape                   | {'x':{'dtype':'F32','data_offsets':[0,4]}}                      | 4 | no field shape
          no offsets                 | {'x':{'dtype':'F32','shape':[]}}                                | 4 | no field data_offsets
          unknown dtype              | {'x':{'dtype':'F31','shape':[],'data_offsets':[0,4]}}           | 4 | 'F31'
          negative size              | {'x':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}}         | 4 | -1
          broken size                | {'x':{'dtype':'F32','shape':[1.0],'data_offsets':[0,4]}}        | 4 | VALUE_NUMBER_FLOAT
          size beyond 64 bits        | {'x':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,4]}} | 4 | out of range
          overflowing product        | {'x':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,4]}} | 4 | 2^63
          product overflows to 4     | {'x':{'dtype':'F32','shape':[4611686018427387905],'data_offsets':[0,4]}} | 4 | 2^63
          three offsets              | {'x':{'dtype':'F32','shape':[],'data_offsets':[0,4,4]}}         | 4 | 3 numbers
          end before begin           | {'x':{'dtype':'F32','shape':[],'data_offsets':[4,0]}}           | 4 | [4, 0]
          behind the file            | {'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}          | 4 | [0, 8]
          shape against offsets      | {'x':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}          | 4 | wanted 8 bytes
          overlap                    | {'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'y':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | 8 | overlap
          the same place             | {'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'y':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | 4 | overlap
          hole                       | {'x':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}          | 8 | hole
          bytes left over            | {'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}          | 8 | 8 bytes
          part of a byte             | {'x':{'dtype':'F4','shape':[1],'data_offsets':[0,0]}}           | 0 | whole number
          metadata not strings       | {'__metadata__':{'a':1}}                                        | 0 | wanted a string
          metadata not an object     | {'__metadata__':'a'}                                            | 0 | JSON object
          """)
  void refuses(String fault, String header, int dataBytes, String told) {
    byte[] content = SafetensorsBytes.of(header.replace('\'', '"'), dataBytes);
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> SafetensorsBytes.open(content), fault);
    assertTrue(e.getMessage().contains(told), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void refusesLengthsOfTheHeaderThatCannotBe() {
    byte[] header = "{}".getBytes(StandardCharsets.UTF_8);
    for (long length : new long[] {3, 1L << 40, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
      ModelFormatException e =
          assertThrows(
              ModelFormatException.class,
              () -> SafetensorsBytes.open(SafetensorsBytes.of(length, header, 0)));
      assertEquals("length of the header", e.where());
    }
    assertThrows(ModelFormatException.class, () -> SafetensorsBytes.open(new byte[7]));
    assertThrows(ModelFormatException.class, () -> SafetensorsBytes.open(new byte[0]));
    assertThrows(ModelFormatException.class, () -> SafetensorsBytes.open(new byte[8]));
  }

  @Test
  void refusesAHeaderBeyondTheFormatsLimit() throws IOException {
    Path file = folder.resolve("huge");
    Files.write(file, SafetensorsBytes.of(100_000_001, new byte[0], 0));
    try (var sparse = new java.io.RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(200_000_000); // so that the limit refuses it, not the file's end
    }
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> SafetensorsFile.open(file));
    assertTrue(e.wanted().contains("at most 100000000"), e.getMessage());
  }

  @Test
  void refusesOtherEncodings() {
    byte[] utf16 = "{\"\":{}}".getBytes(StandardCharsets.UTF_16LE);
    byte[] latin1 = "{\"\u00fc\":1}".getBytes(StandardCharsets.ISO_8859_1);
    for (byte[] header : List.of(utf16, latin1)) {
      byte[] content = SafetensorsBytes.of(header.length, header, 0);
      assertThrows(ModelFormatException.class, () -> SafetensorsBytes.open(content));
    }
  }

  @Test
  void refusesEndlessShapesAndNesting() {
    String shape = "1,".repeat(100_000) + "1";
    byte[] longShape =
        SafetensorsBytes.of(
            "{\"x\":{\"dtype\":\"F32\",\"shape\":[" + shape + "],\"data_offsets\":[0,4]}}", 4);
    assertThrows(ModelFormatException.class, () -> SafetensorsBytes.open(longShape));
    byte[] deep = SafetensorsBytes.of("{\"x\":{\"note\":" + "[".repeat(100_000), 4);
    assertThrows(ModelFormatException.class, () -> SafetensorsBytes.open(deep));
  }

  @Test
  void refusesWhatIsNoFile() {
    assertThrows(NoSuchFileException.class, () -> SafetensorsFile.open(folder.resolve("missing")));
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> SafetensorsFile.open(folder));
    assertEquals("a folder", e.found());
  }
}
