package dev.shiftwise.cli;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.models.Guess;
import dev.shiftwise.models.Model;
import dev.shiftwise.models.io.ImageFile;
import dev.shiftwise.models.io.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
          + " then 1."
    },
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = "  shiftwise classify --top 2 examples/photographs/*.png")
final class ClassifyCommand extends ShiftwiseCommand {
  @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "PNG, JPEG, GIF or BMP files")
  private List<Path> images = List.of();

  @Mixin private final ModelOption model = new ModelOption();

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "3",
      description = "how many classes to show for each image (default: ${DEFAULT-VALUE})")
  private int top;

  @Option(
      names = "--json",
      description = "print JSON: [{\"image\", \"top\": [{\"label\", \"probability\"}]}]")
  private boolean json;

  @Mixin private final DeviceOptions device = new DeviceOptions();

  /** What was seen on an image. */
  private record Seen(Path image, List<Guess> top) {}

  /** What {@code --json} prints for an image. */
  private record Answer(String image, List<Guess> top) {}

  @Override
  public Integer call() throws IOException {
    List<Seen> seen;
    try (Model opened = model.open()) {
      requireTop(opened.labels().size());
      try (Backend backend = device.open(shiftwise().backends());
          Classifier classifier =
              new Classifier(opened, backend, device.compileOptions(images.size()));
          Progress progress = Progress.of("images", images.size())) {
        seen = classify(opened, classifier, progress);
      }
    }
    if (json) {
      Json.print(
          out(), seen.stream().map(one -> new Answer(one.image().toString(), one.top())).toList());
    } else {
      print(seen);
    }
    return seen.size() == images.size() ? 0 : 1;
  }

  private void requireTop(int classes) {
    if (top < 1 || top > classes) {
      throw misuse("--top is " + top + ", wanted 1 to the model's " + classes + " classes");
    }
  }

  private List<Seen> classify(Model opened, Classifier classifier, Progress progress) {
    List<Seen> seen = new ArrayList<>();
    List<Path> paths = new ArrayList<>();
    List<Picture> pictures = new ArrayList<>();
    for (Path image : images) {
      try {
        pictures.add(ImageFile.read(image));
        paths.add(image);
      } catch (IOException e) {
        report(Errors.describe(e));
      }
      if (pictures.size() == classifier.batch()) {
        run(opened, classifier, paths, pictures, seen);
      }
      progress.step();
    }
    run(opened, classifier, paths, pictures, seen);
    return seen;
  }

  private void run(
      Model opened,
      Classifier classifier,
      List<Path> paths,
      List<Picture> pictures,
      List<Seen> seen) {
    if (pictures.isEmpty()) {
      return;
    }
    float[] logits = classifier.run(pictures);
    for (int i = 0; i < paths.size(); i++) {
      seen.add(new Seen(paths.get(i), opened.rank(logits, i, top)));
    }
    paths.clear();
    pictures.clear();
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
