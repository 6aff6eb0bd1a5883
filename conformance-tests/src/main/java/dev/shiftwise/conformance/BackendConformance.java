package dev.shiftwise.conformance;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Probe;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The kit as JUnit tests: extend it, name your provider, and every rule of SPEC.md is a test whose
 * name starts with the rule's number.
 *
 * <pre>{@code
 * class MyBackendConformanceTest extends BackendConformance {
 *   @Override
 *   protected BackendProvider provider() {
 *     return new MyBackendProvider();
 *   }
 * }
 * }</pre>
 *
 * <p>Where the backend is not available, the rules that need it are skipped, unless {@code
 * -Dshiftwise.require} names it: then they fail. What the backend does not support is skipped too.
 * A backend that is available but on which no assertion is made fails.
 */
public abstract class BackendConformance {

  /** Makes the tests; JUnit calls this. */
  protected BackendConformance() {}

  /** Returns the provider under test. */
  protected abstract BackendProvider provider();

  /** Returns which of the provider's devices is tested: the one of the highest rank. */
  protected Device device(List<Device> devices) {
    return Conformance.best(devices);
  }

  @TestFactory
  Stream<DynamicTest> conformance() {
    BackendProvider provider = provider();
    Set<String> required = Conformance.named(System.getProperty(Conformance.REQUIRE, ""));
    Probe probe = provider.probe();
    Backend backend =
        probe instanceof Probe.Available(var devices) ? provider.open(device(devices)) : null;
    Subject subject = new Subject.Plain(provider, backend);
    AtomicLong assertions = new AtomicLong();
    Stream<DynamicTest> rules =
        Rules.all().stream()
            .map(
                rule ->
                    DynamicTest.dynamicTest(
                        rule.toString(), () -> test(rule, subject, probe, required, assertions)));
    DynamicTest count =
        DynamicTest.dynamicTest(
            "assertions were made on the backend", () -> requireAssertions(backend, assertions));
    return Stream.concat(rules, Stream.of(count))
        .onClose(
            () -> {
              if (backend != null) {
                backend.close();
              }
            });
  }

  private static void test(
      Rule rule, Subject subject, Probe probe, Set<String> required, AtomicLong assertions) {
    if (rule.needsBackend() && subject.opened() == null) {
      String why =
          "'" + subject.provider().name() + "' is not available: " + Conformance.reasons(probe);
      Required.skip(required, subject.provider().name(), why);
    }
    Result result = rule.run(subject);
    if (rule.needsBackend()) {
      assertions.addAndGet(result.assertions());
    }
    switch (result.verdict()) {
      case PASS -> {}
      case FAIL -> throw new AssertionError(result.toString());
      case UNSUPPORTED, UNTESTED -> Assumptions.abort(result.toString());
    }
  }

  private static void requireAssertions(@Nullable Backend backend, AtomicLong assertions) {
    if (backend == null) {
      Assumptions.abort("the backend is not available");
    }
    if (assertions.get() == 0) {
      throw new AssertionError("the backend is available and no assertion was made on it");
    }
  }
}
