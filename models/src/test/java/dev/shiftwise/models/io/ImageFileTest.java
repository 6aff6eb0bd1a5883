package dev.shiftwise.models.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageFileTest {
  @TempDir Path folder;

  private Picture picture(String name) throws IOException {
    return ImageFile.read(Fixtures.copy(name, folder));
  }

  /** Compares with an array (height, width) or (height, width, channels); returns the distance. */
  static int distance(Picture picture, Tensor expected) {
    assertEquals((long) picture.height(), expected.dimensions().get(0));
    assertEquals((long) picture.width(), expected.dimensions().get(1));
    int largest = 0;
    int at = 0;
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        for (int c = 0; c < picture.channels(); c++) {
          int wanted = (int) expected.get(at++);
          largest = Math.max(largest, Math.abs(wanted - picture.sample(c, y, x)));
        }
      }
    }
    assertEquals(expected.elements(), at);
    return largest;
  }

  // JPEG decoders may differ by a few steps: the format leaves the inverse transform's rounding
  // open.
  @ParameterizedTest
  @CsvSource({
    "grey.png,wide-grey.npy,0",
    "palette.png,palette.npy,0",
    "photo.jpg,photo.npy,4",
    "inks.jpg,inks.npy,4"
  })
  void readsThePixelsThatPillowReads(String image, String pixels, int allowed) throws IOException {
    Tensor expected = NpyFile.read(Fixtures.copy(pixels, folder));
    int distance = distance(picture(image), expected);
    assertTrue(distance <= allowed, "differs by " + distance);
  }

  @Test
  void convertsColoursToGreyAsPillowDoes() throws IOException {
    Tensor expected = NpyFile.read(Fixtures.copy("wide-grey.npy", folder));
    assertEquals(0, distance(picture("wide.png").withChannels(1), expected));
  }

  @Test
  void scalesSixteenBitsToEight() throws IOException {
    Picture picture = picture("grey16.png");
    assertEquals(1, picture.channels());
    assertEquals(0, picture.sample(0, 0, 0));
    assertEquals(Math.round(63 * 1024 / 65535.0 * 255), picture.sample(0, 7, 7));
  }

  @Test
  void dropsTransparency() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00102030);
    image.setRGB(1, 0, 0xff405060);
    Path file = folder.resolve("alpha.png");
    assertTrue(ImageIO.write(image, "png", file.toFile()));
    Picture picture = ImageFile.read(file);
    assertEquals(3, picture.channels());
    assertEquals(0x10, picture.sample(0, 0, 0));
    assertEquals(0x60, picture.sample(2, 0, 1));
  }

  @Test
  void refusesATinyFileThatClaimsAHugeSize() throws IOException {
    byte[] png = Fixtures.bytes("grey.png");
    ByteBuffer.wrap(png).putInt(16, 50_000).putInt(20, 50_000);
    CRC32 crc = new CRC32();
    crc.update(png, 12, 17);
    ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
    Path file = Files.write(folder.resolve("bomb.png"), png);
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> ImageFile.read(file));
    assertEquals("50000 x 50000", e.found());
  }

  @Test
  void refusesWhatIsNoImage() throws IOException {
    Path text = Files.writeString(folder.resolve("text.png"), "no image");
    Path empty = Files.write(folder.resolve("empty.png"), new byte[0]);
    for (Path file : new Path[] {text, empty, folder}) {
      assertThrows(ModelFormatException.class, () -> ImageFile.read(file));
    }
    assertThrows(NoSuchFileException.class, () -> ImageFile.read(folder.resolve("missing.png")));
  }

  @Test
  void refusesPngsThatEndEarly() throws IOException {
    byte[] png = Fixtures.bytes("grey.png");
    for (int length = 0; length < png.length - 100; length += 97) {
      Path file = Files.write(folder.resolve("cut.png"), Arrays.copyOf(png, length));
      ModelFormatException e =
          assertThrows(ModelFormatException.class, () -> ImageFile.read(file), "cut at " + length);
      assertEquals(1, e.getMessage().lines().count());
    }
  }

  @Test
  void escapesWhatADecoderSays() {
    assertEquals("'a\\u000ab\\u0000'", ModelFormatException.quote("a\nb\0"));
    assertEquals(203 + 2, ModelFormatException.quote("x".repeat(1000)).length());
    assertEquals("'\u00fc'", ModelFormatException.quote("\u00fc"));
    assertTrue(ModelFormatException.quote("\ud800").getBytes(StandardCharsets.UTF_8).length > 3);
  }
}
