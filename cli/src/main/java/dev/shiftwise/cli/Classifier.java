package dev.shiftwise.cli;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.models.Model;
import dev.shiftwise.models.io.Picture;
import dev.shiftwise.models.io.Preprocessing;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.FeatureMap;
import java.time.Duration;

/**
 * A model compiled on a backend, with the memory for one batch of pictures: shows it pictures and
 * hands out what it makes of them. Close it before the backend.
 */
final class Classifier implements AutoCloseable {
  private final Preprocessing preprocessing;
  private final Session session;
  private final int classes;
  private final float[] values;
  private final float[] logits;
  private final FeatureMap input;
  private final FeatureMap output;
  private int waiting;
  private long nanos;

  /**
   * Compiles a model.
   *
   * @param images images there are at most
   */
  Classifier(Model model, Backend backend, DeviceOptions device, long images) {
    preprocessing = model.preprocessing();
    classes = model.labels().size();
    Shape in = model.network().inputs().getFirst().shape();
    Shape out = model.network().outputs().values().iterator().next().shape();
    CompileOptions options = device.compileOptions(images, Math.max(in.elements(), out.elements()));
    int batch = options.maxBatch();
    session = backend.compile(model.network(), options);
    values = new float[Math.toIntExact(batch * in.elements())];
    logits = new float[Math.toIntExact(batch * out.elements())];
    input = FeatureMap.of(values, batch, in);
    output = FeatureMap.of(logits, batch, out);
  }

  /** Returns how many pictures wait to be run. */
  int waiting() {
    return waiting;
  }

  /** Whether no more pictures may wait. */
  boolean isFull() {
    return waiting == input.batch();
  }

  /** Prepares a picture and lets it wait; the picture itself is not kept. */
  void add(Picture picture) {
    preprocessing.apply(picture, values, waiting * preprocessing.size());
    waiting++;
  }

  /** Runs the network on nothing for a while, so that the compiler has seen it before it counts. */
  void warmUp(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      session.run(input, output);
    }
  }

  /**
   * Runs the network on the pictures that wait, at least one.
   *
   * @return a value a class, picture after picture; overwritten by the next call
   */
  float[] run() {
    long start = System.nanoTime();
    session.run(input.firstImages(waiting), output.firstImages(waiting));
    nanos += System.nanoTime() - start;
    int count = waiting * classes;
    waiting = 0;
    for (int i = 0; i < count; i++) {
      if (Float.isNaN(logits[i])) {
        throw new Failure(
            "the network's answer is not a number; look for NaN or overflow in the model's"
                + " weights");
      }
    }
    return logits;
  }

  /** Returns the class of the largest value of a picture. */
  int best(float[] values, int picture) {
    int best = 0;
    for (int i = 1; i < classes; i++) {
      if (values[picture * classes + i] > values[picture * classes + best]) {
        best = i;
      }
    }
    return best;
  }

  /**
   * Returns how long {@link #run} took the network so far, in seconds, without preparing pictures.
   */
  double seconds() {
    return nanos / 1e9;
  }

  @Override
  public void close() {
    session.close();
  }
}
