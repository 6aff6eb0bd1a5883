package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.conformance.Required;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.GraphicsEnvironment;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A model that others trained and exported: PaddleOCR's classifier of whether a line of text stands
 * upside down, a MobileNet v3. It is right about rendered words, and gives ONNX Runtime's answers.
 */
final class TextDirectionTest {
  private static final int HEIGHT = 48;
  private static final int WIDTH = 192;
  private static final List<String> WORDS =
      List.of("Hello World", "Shiftwise", "Keyboard", "The quick fox", "Reading 2026", "Paddle");

  static byte[] model() throws IOException {
    try (InputStream file =
        TextDirectionTest.class.getResourceAsStream(
            "/models/ch_ppocr_mobile_v2.0_cls_infer.onnx")) {
      assertNotNull(file);
      return file.readAllBytes();
    }
  }

  /** Returns a black word on white as the model was trained: [-1, 1], blue, green and red. */
  private static float[] rendered(String word, boolean upsideDown) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, WIDTH, HEIGHT);
    graphics.setColor(Color.BLACK);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 28));
    if (upsideDown) {
      graphics.rotate(Math.PI, WIDTH / 2.0, HEIGHT / 2.0);
    }
    graphics.drawString(word, 6, 34);
    graphics.dispose();
    float[] values = new float[3 * HEIGHT * WIDTH];
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
          int value = image.getRGB(x, y) >> (8 * c) & 0xff;
          values[(c * HEIGHT + y) * WIDTH + x] = (value / 255f - 0.5f) / 0.5f;
        }
      }
    }
    return values;
  }

  /** A Java without fonts says so by whatever its first use of one throws. */
  private static void requireFonts() {
    String why = "Java finds no fonts";
    try {
      if (GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames().length
          > 0) {
        return;
      }
    } catch (RuntimeException | Error e) {
      why += ": " + e;
    }
    Required.skip("fonts", why);
  }

  @Test
  void wordsUprightAndUpsideDown() throws IOException {
    requireFonts();
    byte[] bytes = model();
    List<float[]> images =
        Stream.of(false, true)
            .flatMap(turned -> WORDS.stream().map(word -> rendered(word, turned)))
            .toList();
    int batch = images.size();
    float[] input = new float[batch * 3 * HEIGHT * WIDTH];
    for (int i = 0; i < batch; i++) {
      System.arraycopy(images.get(i), 0, input, i * 3 * HEIGHT * WIDTH, 3 * HEIGHT * WIDTH);
    }
    float[] wanted;
    try (RuntimeSession runtime = new RuntimeSession(bytes)) {
      wanted = runtime.run(input, batch, 3, HEIGHT, WIDTH);
    }
    OnnxOptions sizes = OnnxOptions.none().withSize("x[2]", HEIGHT).withSize("x[3]", WIDTH);
    try (OnnxModel model = OnnxModel.of("classifier", MemorySegment.ofArray(bytes), sizes);
        Backend backend = Backends.discover().open("cpu-vector");
        Session session =
            backend.compile(model.network(), CompileOptions.DEFAULT.withMaxBatch(batch))) {
      float[] found = new float[2 * batch];
      session.run(input, found);
      requireSame(wanted, found);
      float[] one = new float[2];
      for (int i = 0; i < batch; i++) {
        session.run(images.get(i), one);
        requireSame(Arrays.copyOfRange(wanted, 2 * i, 2 * i + 2), one);
        int image = i;
        assertEquals(
            i >= WORDS.size(),
            one[1] > one[0],
            () -> "upside down, of image " + image + ": " + Arrays.toString(one));
      }
    }
  }

  private static void requireSame(float[] wanted, float[] found) {
    assertEquals(wanted.length, found.length);
    assertTrue(
        IntStream.range(0, wanted.length).allMatch(i -> Math.abs(wanted[i] - found[i]) <= 1e-5),
        () -> "found " + Arrays.toString(found) + ", wanted " + Arrays.toString(wanted));
  }
}
