package dev.shiftwise.conformance;

import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.network.Network;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.Layout.BatchOrder;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A deliberately broken backend, or session, or provider, and the rule that must find it.
 *
 * @param rule the rule's number
 * @param fault what is broken
 * @param subject makes it
 */
record Mutant(String rule, String fault, Supplier<Subject> subject) {
  /** Borders by index arithmetic: for faults in what a step reads. */
  static final Layout INDEX = new Layout(4, BatchOrder.IMAGE_BY_IMAGE, false);

  /** Flat reads over guards: for faults in what a producer stores. */
  static final Layout GUARDS = new Layout(64, BatchOrder.IMAGE_BY_IMAGE, true);

  static List<Mutant> all() {
    return Stream.of(
            MoveMutants.all(),
            OperatorMutants.all(),
            PlaneMutants.all(),
            ComparisonMutants.all(),
            NetworkMutants.all(),
            SessionMutants.all(),
            ProviderMutants.all())
        .flatMap(List::stream)
        .toList();
  }

  /** A backend with a fault in its kernels. */
  static Mutant kernels(String rule, String fault, Layout layout, Supplier<ReferenceKernels> of) {
    return new Mutant(
        rule,
        fault,
        () -> new Subject.Plain(new ReferenceProvider(), new ReferenceBackend(layout, of.get())));
  }

  /** A sound backend behind sessions with a fault. */
  static Mutant sessions(String rule, String fault, Function<Compiled, Compiled> faulty) {
    return compiling(
        rule,
        fault,
        (subject, network, options) -> faulty.apply(subject.compile(network, options)));
  }

  /** Compiles something else than it was asked for. */
  @FunctionalInterface
  interface Compiling {
    Compiled compile(Subject sound, Network network, CompileOptions options);
  }

  /** A sound backend whose networks are compiled with a fault. */
  static Mutant compiling(String rule, String fault, Compiling faulty) {
    return new Mutant(
        rule,
        fault,
        () ->
            new Faulty(sound()) {
              @Override
              public Compiled compile(Network network, CompileOptions options) {
                return faulty.compile(sound(), network, options);
              }
            });
  }

  /** What should be refused is accepted without a word. */
  static Mutant accepting(String rule, String fault) {
    return new Mutant(
        rule,
        fault + " is accepted",
        () ->
            new Faulty(sound()) {
              @Override
              public void attempt(Trial.Action action) {
                // Nothing is refused.
              }
            });
  }

  /** What should be refused is refused without naming anything. */
  static Mutant mumbling(String rule, String fault) {
    return new Mutant(
        rule,
        fault + " is refused without a name",
        () ->
            new Faulty(sound()) {
              @Override
              public void attempt(Trial.Action action) throws Exception {
                try {
                  action.run();
                } catch (IllegalArgumentException e) {
                  throw new IllegalArgumentException("bad argument", e);
                }
              }
            });
  }

  static Subject sound() {
    return new Subject.Plain(
        new ReferenceProvider(), new ReferenceBackend(GUARDS, new ReferenceKernels()));
  }

  @Override
  public String toString() {
    return rule + " finds: " + fault;
  }
}
