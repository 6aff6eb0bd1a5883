package dev.shiftwise.cli;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.models.Model;
import dev.shiftwise.models.io.LabelledPictures;
import dev.shiftwise.models.io.LabelledPictures.LabelledPicture;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code shiftwise evaluate}. */
@Command(
    name = "evaluate",
    description = {
      "Counts how many photographs of a labelled collection a model gets right.",
      "Images/s counts the runs of the network, after half a second of warm-up; reading and"
          + " preparing photographs is left out."
    },
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = "  shiftwise evaluate --data examples/fashion-1000")
final class EvaluateCommand extends ShiftwiseCommand {
  private static final Duration WARM_UP = Duration.ofMillis(500);

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description =
          "the folder with t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte (or train-...),"
              + " as they are or with .gz")
  private Path data = Path.of("");

  @Mixin private final ModelOption model = new ModelOption();

  @Option(
      names = "--split",
      paramLabel = "test|train",
      defaultValue = "test",
      description = "t10k-* or train-* (default: ${DEFAULT-VALUE})")
  private Split split = Split.TEST;

  @Option(names = "--limit", paramLabel = "N", description = "only the first N photographs")
  private @Nullable Long limit;

  @Option(
      names = "--json",
      description =
          "print JSON: {\"backend\", \"device\", \"model\", \"images\", \"correct\", \"accuracy\","
              + " \"imagesPerSecond\"}")
  private boolean json;

  @Mixin private final DeviceOptions device = new DeviceOptions();

  /** Which part of the collection; as the files are called. */
  private enum Split {
    TEST("t10k"),
    TRAIN("train");

    private final String prefix;

    Split(String prefix) {
      this.prefix = prefix;
    }
  }

  /** What {@code --json} prints. */
  private record Score(
      String backend,
      String device,
      String model,
      long images,
      long correct,
      double accuracy,
      double imagesPerSecond) {}

  @Override
  public Integer call() throws IOException {
    if (limit != null && limit < 1) {
      throw misuse("--limit is " + limit + ", wanted at least 1");
    }
    Score score;
    try (Model opened = model.open();
        LabelledPictures pictures = LabelledPictures.open(data, split.prefix)) {
      long images = limit == null ? pictures.count() : Math.min(limit, pictures.count());
      if (images == 0) {
        throw new Failure(data + ": holds no photographs, wanted at least 1");
      }
      try (Backend backend = device.open(shiftwise().backends());
          Classifier classifier = new Classifier(opened, backend, device, images);
          Progress progress = Progress.of("images", images)) {
        classifier.warmUp(WARM_UP);
        long correct = count(opened, pictures, images, classifier, progress);
        score =
            new Score(
                backend.device().backend(),
                backend.device().name(),
                opened.name(),
                images,
                correct,
                (double) correct / images,
                images / classifier.seconds());
      }
    }
    if (json) {
      Json.print(out(), score);
    } else {
      print(score);
    }
    return 0;
  }

  private long count(
      Model opened,
      LabelledPictures pictures,
      long images,
      Classifier classifier,
      Progress progress)
      throws IOException {
    long correct = 0;
    List<Integer> wanted = new ArrayList<>();
    for (long done = 0; done < images; done++) {
      LabelledPicture next = pictures.next();
      requireClass(next.label(), done, opened.labels().size());
      classifier.add(next.picture());
      wanted.add(next.label());
      if (classifier.isFull() || done == images - 1) {
        float[] logits = classifier.run();
        for (int i = 0; i < wanted.size(); i++) {
          correct += classifier.best(logits, i) == wanted.get(i) ? 1 : 0;
        }
        progress.step(wanted.size());
        wanted.clear();
      }
    }
    return correct;
  }

  private void requireClass(int label, long photograph, int classes) {
    if (label >= classes) {
      throw new Failure(
          data
              + ": photograph "
              + photograph
              + " has the label "
              + label
              + ", wanted one of the model's "
              + classes
              + " classes");
    }
  }

  private void print(Score score) {
    out()
        .printf(
            Locale.ROOT,
            "%s on %s (%s)%n%d of %d right, %.2f %%%n%.0f images/s%n",
            score.model(),
            score.backend(),
            score.device(),
            score.correct(),
            score.images(),
            100 * score.accuracy(),
            score.imagesPerSecond());
    out().flush();
  }
}
