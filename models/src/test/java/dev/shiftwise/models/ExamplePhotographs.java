package dev.shiftwise.models;

import dev.shiftwise.models.io.LabelledPictures;
import dev.shiftwise.models.io.LabelledPictures.LabelledPicture;
import dev.shiftwise.models.io.Picture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;

/**
 * Makes {@code examples/photographs} from {@code examples/fashion-1000}: the first ten test
 * photographs, and the first of each class that is not among them.
 */
final class ExamplePhotographs {
  static final Path EXAMPLES = Path.of("..", "examples");
  static final Path PHOTOGRAPHS = EXAMPLES.resolve("photographs");
  static final Path DATA = EXAMPLES.resolve("fashion-1000");

  private ExamplePhotographs() {}

  /** Writes the files; to be run in the folder {@code models}. */
  public static void main(String[] arguments) throws IOException {
    Files.createDirectories(PHOTOGRAPHS);
    for (Map.Entry<String, Picture> chosen : chosen().entrySet()) {
      Path file = PHOTOGRAPHS.resolve(chosen.getKey());
      if (!ImageIO.write(grey(chosen.getValue()), "png", file.toFile())) {
        throw new IOException("no writer for PNG");
      }
    }
  }

  /** The chosen photographs by the names of their files, such as {@code ankle-boot-000.png}. */
  static Map<String, Picture> chosen() throws IOException {
    Map<String, Picture> chosen = new LinkedHashMap<>();
    Set<Integer> classes = new HashSet<>();
    try (Model model = Models.open("addressnet-fashion");
        LabelledPictures data = LabelledPictures.open(DATA, "t10k")) {
      List<String> labels = model.labels();
      for (int i = 0; data.hasNext(); i++) {
        LabelledPicture next = data.next();
        if (classes.add(next.label()) || i < 10) {
          chosen.put(fileName(labels.get(next.label()), i), next.picture());
        }
      }
    }
    return chosen;
  }

  private static String fileName(String label, int index) {
    String word = label.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "-");
    return "%s-%03d.png".formatted(word, index);
  }

  private static BufferedImage grey(Picture picture) {
    BufferedImage image =
        new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        image.getRaster().setSample(x, y, 0, picture.sample(0, y, x));
      }
    }
    return image;
  }
}
