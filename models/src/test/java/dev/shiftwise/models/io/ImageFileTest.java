package dev.shiftwise.models.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.tensor.Tensor;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
    "profile.jpg,profile.npy,4",
    "inks.jpg,inks.npy,4",
    "inks-ycck.jpg,inks-ycck.npy,4"
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
  void scalesColoursOfSixteenBits() throws IOException {
    int[] bands = {0, 1, 2};
    WritableRaster raster =
        Raster.createInterleavedRaster(DataBuffer.TYPE_USHORT, 2, 1, 6, 3, bands, null);
    int[] deep = {0, 128, 129, 32768, 65406, 65535};
    raster.setPixels(0, 0, 2, 1, deep);
    ColorModel model =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_USHORT);
    Path file = folder.resolve("deep.png");
    assertTrue(ImageIO.write(new BufferedImage(model, raster, false, null), "png", file.toFile()));
    Picture picture = ImageFile.read(file);
    assertEquals(3, picture.channels());
    for (int i = 0; i < deep.length; i++) {
      assertEquals(Math.round(deep[i] * 255 / 65535.0), picture.sample(i % 3, 0, i / 3));
    }
  }

  @Test
  void dropsTheTransparencyOfGreyPicturesToo() throws IOException {
    Picture picture = picture("grey-alpha.png");
    assertEquals(1, picture.channels());
    Tensor expected = NpyFile.read(Fixtures.copy("wide-grey.npy", folder));
    assertEquals(0, distance(picture, expected));
  }

  @Test
  void turnsWhatACameraHeldSidewaysUpright() throws IOException {
    Tensor shown = NpyFile.read(Fixtures.copy("turned.npy", folder));
    for (int orientation = 1; orientation <= 8; orientation++) {
      Picture picture = picture("turned-" + orientation + ".jpg");
      long height = orientation > 4 ? 9 : 6;
      assertEquals(height, picture.height());
      float[] upright = new float[6 * 9 * 3];
      for (int i = 0; i < upright.length; i++) {
        upright[i] = shown.get((orientation - 1L) * upright.length + i);
      }
      int distance = distance(picture, Tensor.of(upright, height, 54 / height, 3));
      assertTrue(distance <= 4, "orientation " + orientation + " differs by " + distance);
    }
  }

  @Test
  void anOddOrientationIsUpright() throws IOException {
    byte[] sideways = Fixtures.bytes("turned-6.jpg");
    int tag = indexOf(sideways, (byte) 0x12, (byte) 0x01, (byte) 0x03);
    int[][] faults = {
      {tag, 0x13}, {tag + 2, 4}, {tag + 4, 2}, {tag + 8, 0}, {tag + 8, 9}, {20, 99}
    };
    for (int[] fault : faults) {
      byte[] odd = sideways.clone();
      odd[fault[0]] = (byte) fault[1];
      Path file = Files.write(folder.resolve("odd.jpg"), odd);
      assertEquals(9, ImageFile.read(file).width(), "byte " + fault[0]);
    }
    assertEquals(6, ImageFile.read(Files.write(folder.resolve("x.jpg"), sideways)).width());
    // A directory beyond the end of its segment, or of the file.
    byte[] far = sideways.clone();
    int directory = indexOf(far, (byte) 'I', (byte) 'I', (byte) 42) + 4;
    for (int offset : new int[] {100, 0x7fff0000, -1}) {
      ByteBuffer.wrap(far).order(ByteOrder.LITTLE_ENDIAN).putInt(directory, offset);
      assertEquals(9, ImageFile.read(Files.write(folder.resolve("far.jpg"), far)).width());
    }
    for (int length = 0; length < sideways.length - 2; length += 7) {
      Path cut = Files.write(folder.resolve("cut.jpg"), Arrays.copyOf(sideways, length));
      assertThrows(ModelFormatException.class, () -> ImageFile.read(cut), "cut at " + length);
    }
  }

  private static int indexOf(byte[] bytes, byte... part) {
    for (int i = 0; ; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
  }

  @Test
  void listsThePicturesDirectlyInAFolderByName() throws IOException {
    for (String name :
        List.of("b.PNG", "a.jpeg", "c.gif", ".d.png", "labels.txt", "png", "e.png~")) {
      Files.write(folder.resolve(name), new byte[0]);
    }
    Files.createDirectories(folder.resolve("f.png"));
    Files.write(Files.createDirectories(folder.resolve("g")).resolve("h.png"), new byte[0]);
    assertEquals(
        List.of("a.jpeg", "b.PNG", "c.gif"),
        ImageFile.list(folder).stream().map(file -> file.getFileName().toString()).toList());
    assertThrows(IOException.class, () -> ImageFile.list(folder.resolve("none")));
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
