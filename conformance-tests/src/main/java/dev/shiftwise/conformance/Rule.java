package dev.shiftwise.conformance;

import dev.shiftwise.plan.UnsupportedOperatorException;

/**
 * One numbered rule of SPEC.md and the check that a backend keeps it.
 *
 * <p>{@link Rules#all} lists them. Immutable; safe for any thread.
 */
public final class Rule {
  private final String id;
  private final String title;
  private final Needs needs;
  private final Check check;

  /** What has to be there before a rule can be checked. */
  enum Needs {
    /** The provider alone: checked even where the backend is unavailable. */
    PROVIDER,
    /** An opened backend. */
    BACKEND
  }

  /** The body of a rule. */
  @FunctionalInterface
  interface Check {
    /** Throws if the rule is broken. */
    void run(Trial trial) throws Exception;
  }

  private Rule(String id, String title, Needs needs, Check check) {
    this.id = id;
    this.title = title;
    this.needs = needs;
    this.check = check;
  }

  /** Returns a rule about what an opened backend computes or does. */
  static Rule of(String id, String title, Check check) {
    return new Rule(id, title, Needs.BACKEND, check);
  }

  /** Returns a rule about a provider, whose backend need not be available. */
  static Rule ofProvider(String id, String title, Check check) {
    return new Rule(id, title, Needs.PROVIDER, check);
  }

  /** Returns the number, for example {@code SHIFT-01}. */
  public String id() {
    return id;
  }

  /** Returns what the rule says, in a few words. */
  public String title() {
    return title;
  }

  /** Returns the part of the specification, for example {@code SHIFT}. */
  public String group() {
    return id.substring(0, id.lastIndexOf('-'));
  }

  boolean needsBackend() {
    return needs == Needs.BACKEND;
  }

  /** Checks a subject. Whatever the check throws becomes the result; this never throws. */
  // A backend may throw anything at all: that is what is being tested.
  @SuppressWarnings("CatchAndPrintStackTrace")
  Result run(Subject subject) {
    Trial trial = new Trial(this, subject);
    try {
      check.run(trial);
      return trial.result();
    } catch (Trial.Untestable e) {
      return Result.untested(this, String.valueOf(e.getMessage()));
    } catch (UnsupportedOperatorException e) {
      trial.lacks(e);
      return trial.result();
    } catch (Exception | Error e) {
      return new Result(this, Verdict.FAIL, trial.assertions(), Trial.oneLine(e));
    }
  }

  @Override
  public String toString() {
    return id + " " + title;
  }
}
