package dev.shiftwise.cli;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.models.Guess;
import dev.shiftwise.models.Model;
import dev.shiftwise.models.io.ImageFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shiftwise classify}. */
@Command(
    name = "classify",
    description = {
      "Says what is on photographs.",
      "A file that is no image is reported, and the others are still classified; the exit code is"
          + " then 1. Of a folder the images directly in it are taken, by name.",
      "How pictures are prepared is the model's affair; the options from --resize to --std state it"
          + " for a model that does not, or otherwise than it does."
    },
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = "  shiftwise classify --top 2 examples/photographs/*.png")
final class ClassifyCommand extends ShiftwiseCommand {
  private static final int USUAL_TOP = 3;

  @Parameters(
      paramLabel = "IMAGE",
      arity = "1..*",
      description = "PNG, JPEG, GIF, BMP or TIFF files, and folders of them; of any size")
  private List<Path> images = List.of();

  @Mixin private final ModelOption model = new ModelOption();

  @Option(
      names = "--top",
      paramLabel = "K",
      description = "how many classes to show for each image (default: 3, or all of fewer)")
  private @Nullable Integer top;

  @Option(
      names = "--json",
      description = "print JSON: [{\"image\", \"top\": [{\"label\", \"probability\"}]}]")
  private boolean json;

  @Mixin private final DeviceOptions device = new DeviceOptions();

  private boolean failed;

  /** What was seen on an image. */
  private record Seen(Path image, List<Guess> top) {}

  /** What {@code --json} prints for an image. */
  private record Answer(String image, List<Guess> top) {}

  @Override
  public Integer call() throws IOException {
    List<Seen> seen = new ArrayList<>();
    List<Path> files = files();
    try (Model opened = model.open()) {
      int most = most(opened.labels().size());
      try (Backend backend = device.open(shiftwise().backends());
          Classifier classifier = new Classifier(opened, backend, device, files.size());
          Progress progress = Progress.of("images", files.size())) {
        classify(files, opened, classifier, most, progress, seen);
      }
    }
    if (json) {
      Json.print(
          out(), seen.stream().map(one -> new Answer(one.image().toString(), one.top())).toList());
    } else {
      print(seen);
    }
    return failed ? 1 : 0;
  }

  /** Returns the files that are meant, those of a folder in its place. */
  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (Path image : images) {
      if (!Files.isDirectory(image)) {
        files.add(image);
        continue;
      }
      try {
        List<Path> listed = ImageFile.list(image);
        files.addAll(listed);
        if (listed.isEmpty()) {
          fail(image + ": a folder without images directly in it");
        }
      } catch (IOException e) {
        fail(Errors.describe(e));
      }
    }
    return files;
  }

  private void fail(String line) {
    failed = true;
    report(line);
  }

  private int most(int classes) {
    if (top == null) {
      return Math.min(USUAL_TOP, classes);
    }
    if (top < 1 || top > classes) {
      throw misuse("--top is " + top + ", wanted 1 to the model's " + classes + " classes");
    }
    return top;
  }

  private void classify(
      List<Path> files,
      Model opened,
      Classifier classifier,
      int most,
      Progress progress,
      List<Seen> seen) {
    List<Path> waiting = new ArrayList<>();
    for (Path file : files) {
      try {
        classifier.add(ImageFile.read(file));
        waiting.add(file);
      } catch (IOException e) {
        fail(Errors.describe(e));
      }
      if (classifier.isFull()) {
        run(opened, classifier, most, waiting, seen);
      }
      progress.step();
    }
    run(opened, classifier, most, waiting, seen);
  }

  private void run(
      Model opened, Classifier classifier, int most, List<Path> waiting, List<Seen> seen) {
    if (waiting.isEmpty()) {
      return;
    }
    float[] logits = classifier.run();
    for (int i = 0; i < waiting.size(); i++) {
      seen.add(new Seen(waiting.get(i), opened.rank(logits, i, most)));
    }
    waiting.clear();
  }

  private void print(List<Seen> seen) {
    if (seen.isEmpty()) {
      return;
    }
    int images = width("image", seen.stream().map(one -> one.image().toString()).toList());
    int labels =
        width("label", seen.stream().flatMap(one -> one.top().stream()).map(Guess::label).toList());
    String row = "%-" + images + "s  %-" + labels + "s  %11s%n";
    out().printf(Locale.ROOT, row, "image", "label", "probability");
    for (Seen one : seen) {
      String image = one.image().toString();
      for (Guess guess : one.top()) {
        String percent = String.format(Locale.ROOT, "%.2f %%", 100 * guess.probability());
        out().printf(Locale.ROOT, row, image, guess.label(), percent);
        image = "";
      }
    }
    out().flush();
  }

  private static int width(String heading, List<String> cells) {
    return cells.stream().mapToInt(String::length).reduce(heading.length(), Math::max);
  }
}
