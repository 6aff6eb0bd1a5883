package dev.shiftwise.conformance;

/**
 * What came of one rule on one backend.
 *
 * @param rule the rule
 * @param verdict what was found
 * @param assertions how many assertions were made
 * @param detail one line for people: what failed, what is missing, or empty
 */
public record Result(Rule rule, Verdict verdict, long assertions, String detail) {

  /** Returns a result of a rule that was not run. */
  static Result untested(Rule rule, String why) {
    return new Result(rule, Verdict.UNTESTED, 0, why);
  }

  @Override
  public String toString() {
    return rule + ": " + verdict + (detail.isEmpty() ? "" : " (" + detail + ")");
  }
}
