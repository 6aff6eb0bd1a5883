package dev.shiftwise.conformance;

import java.util.List;
import java.util.stream.Stream;

/** All rules of SPEC.md, in its order. */
public final class Rules {
  private Rules() {}

  /** Returns every rule. */
  public static List<Rule> all() {
    return Stream.of(
            ShiftRules.all(),
            ViewRules.all(),
            PointwiseRules.all(),
            OperatorRules.all(),
            PlaneRules.all(),
            ActivationRules.all(),
            NetworkRules.all(),
            SessionRules.all(),
            RefusalRules.all(),
            LifetimeRules.all(),
            SpiRules.all())
        .flatMap(List::stream)
        .toList();
  }
}
