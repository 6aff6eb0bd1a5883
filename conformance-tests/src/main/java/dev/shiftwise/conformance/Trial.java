package dev.shiftwise.conformance;

import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Value;
import dev.shiftwise.plan.UnsupportedOperatorException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One rule being checked on one subject: makes the assertions, counts them, and knows the ways in
 * which nearly every rule runs a network and compares it with the oracle.
 */
final class Trial {
  private final Rule rule;
  private final Subject subject;
  private final long seed;
  private final RandomGenerator random;
  private long assertions;
  private @Nullable String lacking;

  /** This run cannot check the rule. */
  static final class Untestable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Untestable(String why) {
      super(why);
    }
  }

  /** Something that may throw anything. */
  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }

  Trial(Rule rule, Subject subject) {
    this.rule = rule;
    this.subject = subject;
    // A seed of its own for each rule, the same in every run, so that a failure comes again.
    this.seed = rule.id().hashCode();
    this.random = new SplittableRandom(seed);
  }

  Subject subject() {
    return subject;
  }

  RandomGenerator random() {
    return random;
  }

  long assertions() {
    return assertions;
  }

  // ---- assertions ----

  /** Asserts a condition. */
  void check(boolean holds, Supplier<String> message) {
    assertions++;
    if (!holds) {
      throw new AssertionError(message.get());
    }
  }

  /**
   * Asserts that something is refused with an error of the right kind, whose message is one line
   * and holds the words that help: the argument's name and what was found.
   */
  void refuses(Class<? extends Throwable> kind, List<String> words, String what, Action action) {
    assertions++;
    try {
      subject.attempt(action);
    } catch (UnsupportedOperatorException e) {
      throw e;
    } catch (Exception | AssertionError | LinkageError e) {
      String message = String.valueOf(e.getMessage());
      if (!kind.isInstance(e)) {
        throw new AssertionError(
            what + " was refused with " + e + ", wanted " + kind.getSimpleName(), e);
      }
      for (String word : words) {
        if (!message.contains(word)) {
          throw new AssertionError(
              what + " was refused with '" + message + "', which does not name '" + word + "'", e);
        }
      }
      if (message.lines().count() != 1) {
        throw new AssertionError(what + " was refused in " + message.lines().count() + " lines", e);
      }
      return;
    }
    throw new AssertionError(what + " was accepted, wanted " + kind.getSimpleName());
  }

  /** Ends the rule: this run cannot check it. */
  static Untestable untestable(String why) {
    return new Untestable(why);
  }

  /** Notes that a case could not be tried since the backend lacks an operator. */
  void lacks(UnsupportedOperatorException e) {
    lacking = String.valueOf(e.getMessage());
  }

  Result result() {
    if (lacking != null) {
      return new Result(rule, Verdict.UNSUPPORTED, assertions, lacking);
    }
    return assertions == 0
        ? new Result(rule, Verdict.FAIL, 0, "the rule made no assertion")
        : new Result(rule, Verdict.PASS, assertions, "");
  }

  static String oneLine(Throwable e) {
    String message = e instanceof AssertionError ? e.getMessage() : e.toString();
    return message == null ? e.toString() : message.lines().findFirst().orElse(e.toString());
  }

  // ---- running networks ----

  Compiled compile(Network network, CompileOptions options) {
    return subject.compile(network, options);
  }

  /** Compiles for one thread and a few runs, which is quick to set up. */
  Compiled compile(Network network, int maxBatch) {
    return compile(
        network, CompileOptions.DEFAULT.withMaxBatch(maxBatch).withThreads(1).withWarmUp(false));
  }

  /** Returns random images for every input of a network. */
  Map<String, int[]> inputs(Network network, int batch, Numbers numbers) {
    Map<String, int[]> inputs = new LinkedHashMap<>();
    for (Value input : network.inputs()) {
      inputs.put(input.name(), numbers.bits(random, batch * input.shape().elements()));
    }
    return inputs;
  }

  /** Asserts that one image of integers, real numbers or bit patterns comes out as specified. */
  void agrees(Network network, Numbers numbers) {
    agrees(network, 1, numbers);
  }

  /**
   * Asserts that a batch comes out as specified: every element within its bound, or bit for bit if
   * it was only moved; nothing outside the outputs written, the inputs unchanged.
   */
  void agrees(Network network, int batch, Numbers numbers) {
    agrees(network, CompileOptions.DEFAULT.withMaxBatch(batch).withThreads(1), batch, numbers);
  }

  void agrees(Network network, CompileOptions options, int batch, Numbers numbers) {
    agrees(network, options, batch, inputs(network, batch, numbers));
  }

  /** The first run is compared: what a warm-up has left behind cannot help it. */
  void agrees(Network network, CompileOptions options, int batch, Map<String, int[]> inputs) {
    try (Compiled compiled = compile(network, options.withWarmUp(false));
        Buffers buffers = Buffers.of(network, inputs, batch)) {
      compiled.run(buffers.inputs(), buffers.outputs());
      compare(network, inputs, batch, buffers);
    } catch (UnsupportedOperatorException e) {
      lacks(e);
    }
  }

  /** Asserts that what stands in the buffers after a run is what the oracle says. */
  void compare(Network network, Map<String, int[]> inputs, int batch, Buffers buffers) {
    Map<String, List<RealImage>> wanted = ReferenceEvaluator.evaluate(network, inputs, batch);
    wanted.forEach((name, images) -> compare(network, name, images, buffers.output(name)));
    buffers.check(this);
  }

  void compare(Network network, String output, List<RealImage> wanted, int[] found) {
    assertions++;
    Comparison.firstDifference(wanted, found)
        .ifPresent(
            difference -> {
              throw new AssertionError(
                  "output '"
                      + output
                      + "' "
                      + difference
                      + "; seed "
                      + seed
                      + "; network "
                      + network.toString().replace('\n', ' '));
            });
  }
}
