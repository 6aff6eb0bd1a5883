package dev.shiftwise.conformance;

/** What a rule found about a backend. */
public enum Verdict {
  /** Everything that the rule checks holds; at least one assertion was made. */
  PASS,
  /** Something does not hold, or the rule made no assertion at all. */
  FAIL,
  /**
   * The rule needs an operator that the backend does not list and that has no simpler form. What
   * could be checked without it holds.
   */
  UNSUPPORTED,
  /** This run could not check the rule; the detail says why. Never counts as passed. */
  UNTESTED
}
