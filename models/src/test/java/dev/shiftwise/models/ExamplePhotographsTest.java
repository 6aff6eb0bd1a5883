package dev.shiftwise.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shiftwise.models.io.ImageFile;
import dev.shiftwise.models.io.Picture;
import dev.shiftwise.models.io.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExamplePhotographsTest {
  @Test
  void areWhatTheDataSetHolds() throws IOException {
    Map<String, Picture> chosen = ExamplePhotographs.chosen();
    try (Stream<Path> files = Files.list(ExamplePhotographs.PHOTOGRAPHS);
        Model model = Models.open("addressnet-fashion")) {
      assertEquals(
          new TreeSet<>(chosen.keySet()),
          files
              .map(file -> file.getFileName().toString())
              .collect(Collectors.toCollection(TreeSet::new)));
      Preprocessing preprocessing = model.preprocessing();
      for (Map.Entry<String, Picture> photograph : chosen.entrySet()) {
        Path file = ExamplePhotographs.PHOTOGRAPHS.resolve(photograph.getKey());
        assertArrayEquals(
            preprocessing.apply(photograph.getValue()),
            preprocessing.apply(ImageFile.read(file)),
            photograph.getKey());
      }
    }
  }
}
