package dev.shiftwise.models.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessingTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "wide-shrunk.npy,37,BILINEAR,32,28",
    "wide-enlarged.npy,100,BILINEAR,80,97",
    "wide-cubic-shrunk.npy,37,BICUBIC,32,28",
    "wide-cubic-enlarged.npy,100,BICUBIC,80,97",
    "wide-squeezed.npy,64x40,BILINEAR,61,33"
  })
  void resamplesBitForBitAsPillowDoes(
      String expected, String size, Interpolation interpolation, int height, int width)
      throws IOException {
    Picture picture = ImageFile.read(Fixtures.copy("wide.png", folder));
    Scaling scaling = Scaling.parse(size).orElseThrow().with(interpolation);
    assertEquals(size, scaling.toString());
    Picture cropped = Resampling.centreCrop(picture, scaling, height, width);
    assertEquals(0, ImageFileTest.distance(cropped, NpyFile.read(Fixtures.copy(expected, folder))));
  }

  @Test
  void normalisesChannelByChannel() {
    Picture picture = Picture.interleaved(2, 1, 3, new byte[] {0, 51, 102, (byte) 255, 0, 0});
    Preprocessing asIs =
        new Preprocessing(3, 1, 1, 1, List.of(0f, 0.2f, 0.5f), List.of(1f, 2f, 0.5f));
    Picture left = Picture.interleaved(1, 1, 3, new byte[] {0, 51, 102});
    assertArrayEquals(new float[] {0, 0, -0.2f}, asIs.apply(left), 1e-7f);
    float[] batch = new float[7];
    asIs.apply(left, batch, 4);
    assertArrayEquals(new float[] {0, 0, 0, 0, 0, 0, -0.2f}, batch, 1e-7f);
    assertThrows(IndexOutOfBoundsException.class, () -> asIs.apply(left, batch, 5));
    // half of what is left over is 0.5 and rounds to the even 0: the left column stays
    assertArrayEquals(asIs.apply(left), asIs.apply(picture));
  }

  @Test
  void leavesAPictureOfTheRightSizeAlone() {
    byte[] samples = new byte[28 * 28];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (i * 37);
    }
    Preprocessing fashion = new Preprocessing(1, 28, 28, 28, List.of(0.2860f), List.of(0.3530f));
    float[] prepared = fashion.apply(Picture.grey(28, 28, samples));
    for (int i = 0; i < samples.length; i++) {
      assertEquals(((samples[i] & 0xff) / 255f - 0.2860f) / 0.3530f, prepared[i]);
    }
  }

  @Test
  void copesWithExtremeProportions() {
    Preprocessing wanted = new Preprocessing(1, 28, 28, 28, List.of(0f), List.of(1f));
    byte[] line = new byte[1 << 20];
    line[line.length / 2] = (byte) 255;
    assertEquals(wanted.size(), wanted.apply(Picture.grey(line.length, 1, line)).length);
    assertEquals(wanted.size(), wanted.apply(Picture.grey(1, line.length, line)).length);
  }

  @Test
  void refusesWrongStatements() {
    List<Float> one = List.of(1f);
    assertThrows(IllegalArgumentException.class, () -> new Preprocessing(2, 1, 1, 1, one, one));
    assertThrows(IllegalArgumentException.class, () -> new Preprocessing(1, 0, 1, 1, one, one));
    assertThrows(IllegalArgumentException.class, () -> new Preprocessing(1, 4, 5, 4, one, one));
    assertThrows(IllegalArgumentException.class, () -> new Preprocessing(3, 1, 1, 1, one, one));
    assertThrows(
        IllegalArgumentException.class, () -> new Preprocessing(1, 1, 1, 1, one, List.of(0f)));
    Scaling narrow = Scaling.exactly(4, 3);
    assertThrows(
        IllegalArgumentException.class, () -> new Preprocessing(1, 4, 4, narrow, one, one));
    assertThrows(IllegalArgumentException.class, () -> Scaling.shorterSide(0));
    for (String text : List.of("", "0", "-1", "x", "224x", "224x0", "224 x 224", "1e3", "100000")) {
      assertTrue(Scaling.parse(text).isEmpty(), text);
    }
    assertThrows(IllegalArgumentException.class, () -> Picture.grey(2, 2, new byte[3]));
  }
}
