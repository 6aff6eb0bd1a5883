package dev.shiftwise.bench;

import java.util.List;

/**
 * What the rules of the specification say of the backends, in the form in which {@code shiftwise
 * verify --report} writes it.
 *
 * @param failed whether a rule failed or the run as a whole has a problem
 * @param problems what is wrong with the run as a whole
 * @param backends the results, a backend each
 */
public record ConformanceReport(boolean failed, List<String> problems, List<Column> backends) {

  /** Copies the lists. */
  public ConformanceReport {
    problems = List.copyOf(problems);
    backends = List.copyOf(backends);
  }

  /**
   * One backend's results.
   *
   * @param backend its name
   * @param device the device it ran on, or empty
   * @param unavailable why there was no device, or empty
   * @param assertions how many were made on the opened backend
   * @param rules the results
   */
  public record Column(
      String backend, String device, String unavailable, long assertions, List<RuleResult> rules) {

    /** Copies the list. */
    public Column {
      rules = List.copyOf(rules);
    }
  }

  /** What was found about a rule. */
  public enum Verdict {
    /** Everything that the rule checks holds. */
    PASS,
    /** Something does not hold. */
    FAIL,
    /** The rule needs an operator that the backend lacks. */
    UNSUPPORTED,
    /** This run could not check the rule. */
    UNTESTED
  }

  /**
   * What came of one rule.
   *
   * @param id its number
   * @param title what it says
   * @param verdict what was found
   * @param assertions how many were made
   * @param detail what failed or is missing, or empty
   */
  public record RuleResult(
      String id, String title, Verdict verdict, long assertions, String detail) {}
}
