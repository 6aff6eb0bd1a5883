package dev.shiftwise.conformance;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.backend.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Runs the kit over backends and collects what it finds in a {@link Matrix}: the face for programs.
 * Test authors extend {@link BackendConformance} instead.
 *
 * <p>Immutable; safe for any thread. A run takes some seconds a backend.
 */
public final class Conformance {
  /**
   * The system property that names, with commas between, the backends which must be there: then
   * "not available here" is a failure.
   */
  public static final String REQUIRE = "shiftwise.require";

  private final Set<String> required;
  private final List<Rule> rules;
  private final Map<String, String> leftOut;

  /** Hears of every result as it comes. */
  @FunctionalInterface
  public interface Listener {
    /** Takes one result of the backend of that name. */
    void result(String backend, Result result);
  }

  private Conformance(Set<String> required, List<Rule> rules, Map<String, String> leftOut) {
    this.required = Set.copyOf(required);
    this.rules = List.copyOf(rules);
    this.leftOut = Map.copyOf(leftOut);
  }

  /** Returns a run that requires the backends which {@link #REQUIRE} names. */
  public static Conformance fromSystemProperty() {
    return requiring(named(System.getProperty(REQUIRE, "")));
  }

  /** Returns a run that requires these backends. */
  public static Conformance requiring(Set<String> backends) {
    return new Conformance(backends, Rules.all(), Map.of());
  }

  /**
   * Returns this run without some rules, for a device on which they take too long or cannot be had,
   * such as a simulator. They come out as {@link Verdict#UNTESTED}.
   *
   * @param rules the numbers of the rules, each with the reason
   * @throws IllegalArgumentException if there is no such rule
   */
  public Conformance leavingOut(Map<String, String> rules) {
    requireKnown(rules.keySet());
    return new Conformance(required, this.rules, rules);
  }

  /**
   * Returns this run with some rules alone, to look at one that failed; the matrix has no others.
   *
   * @param rules the numbers of the rules
   * @throws IllegalArgumentException if there is no such rule
   */
  public Conformance only(Set<String> rules) {
    requireKnown(rules);
    List<Rule> asked = Rules.all().stream().filter(rule -> rules.contains(rule.id())).toList();
    return new Conformance(required, asked, leftOut);
  }

  private static void requireKnown(Set<String> rules) {
    Set<String> unknown = new TreeSet<>(rules);
    Rules.all().forEach(rule -> unknown.remove(rule.id()));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("rules are " + unknown + ", wanted numbers of SPEC.md");
    }
  }

  static Set<String> named(String list) {
    return Arrays.stream(list.split(","))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Runs every rule over every candidate, on its device of the highest rank.
   *
   * @param candidates what {@link Backends#candidates} found
   * @param listener hears of every result
   * @return what was found; this never throws for what a backend does
   */
  public Matrix run(List<Backends.Candidate> candidates, Listener listener) {
    List<Matrix.Column> columns = new ArrayList<>();
    for (Backends.Candidate candidate : candidates) {
      columns.add(column(candidate, listener));
    }
    return new Matrix(columns, problems(columns));
  }

  /** Runs every rule over one provider. */
  public Matrix run(BackendProvider provider, Listener listener) {
    return run(Backends.of(List.of(provider)).candidates(), listener);
  }

  private Matrix.Column column(Backends.Candidate candidate, Listener listener) {
    BackendProvider provider = candidate.provider();
    String name = candidate.name();
    if (provider == null) {
      return Matrix.Column.broken(name, rules, reasons(candidate.probe()), listener);
    }
    if (candidate.devices().isEmpty()) {
      Subject alone = new Subject.Plain(provider, null);
      return column(name, "", reasons(candidate.probe()), alone, listener);
    }
    Device device = best(candidate.devices());
    try (Backend backend = provider.open(device)) {
      Subject subject = new Subject.Plain(provider, backend);
      return column(name, device.toString(), "", subject, listener);
    } catch (RuntimeException | Error e) {
      return Matrix.Column.broken(name, rules, Trial.oneLine(e), listener);
    }
  }

  /** Runs the rules; those that need a backend are UNTESTED where there is none. */
  private Matrix.Column column(
      String name, String device, String unavailable, Subject subject, Listener listener) {
    List<Result> results = new ArrayList<>();
    for (Rule rule : rules) {
      Result result = result(rule, unavailable, subject);
      results.add(result);
      listener.result(name, result);
    }
    return new Matrix.Column(name, device, unavailable, results);
  }

  private Result result(Rule rule, String unavailable, Subject subject) {
    if (rule.needsBackend() && subject.opened() == null) {
      return Result.untested(rule, unavailable);
    }
    String why = leftOut.get(rule.id());
    return why == null ? rule.run(subject) : Result.untested(rule, "left out: " + why);
  }

  static Device best(List<Device> devices) {
    return devices.stream().max(Comparator.comparingInt(Device::rank)).orElseThrow();
  }

  static String reasons(Probe probe) {
    return switch (probe) {
      case Probe.Available(var devices) -> devices.toString();
      case Probe.Unavailable(var reasons) ->
          reasons.stream().map(Reason::toString).collect(Collectors.joining("; "));
    };
  }

  List<String> problems(List<Matrix.Column> columns) {
    List<String> problems = new ArrayList<>();
    for (String name : new TreeSet<>(required)) {
      if (columns.stream().noneMatch(column -> column.backend().equals(name))) {
        problems.add("required backend '" + name + "' was not found on the path");
      }
    }
    boolean asked = rules.stream().anyMatch(Rule::needsBackend);
    for (Matrix.Column column : columns) {
      if (!column.isAvailable() && required.contains(column.backend())) {
        problems.add(
            "required backend '"
                + column.backend()
                + "' is not available: "
                + column.unavailable());
      }
      if (column.isAvailable() && asked && column.assertions() == 0) {
        problems.add(
            "backend '" + column.backend() + "' was available and no assertion was made on it");
      }
    }
    return problems;
  }
}
