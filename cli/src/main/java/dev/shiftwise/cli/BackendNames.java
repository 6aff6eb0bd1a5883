package dev.shiftwise.cli;

import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.Backends.Candidate;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.backend.ReasonCode;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Tells a misspelt backend from one that cannot be had. */
final class BackendNames {
  private BackendNames() {}

  /**
   * Refuses a name that no backend on the path has. Where a provider could not say its name, it may
   * be the one that is meant: then the name passes, and opening it tells all reasons.
   */
  static void requireKnown(CommandSpec command, Backends backends, String name) {
    List<String> names = backends.candidates().stream().map(Candidate::name).toList();
    if (!names.contains(name) && backends.candidates().stream().noneMatch(BackendNames::isBroken)) {
      throw new ParameterException(
          command.commandLine(), "--backend is '" + name + "', wanted one of " + names);
    }
  }

  /** Whether a provider could not be loaded, or threw where it must not. */
  static boolean isBroken(Candidate candidate) {
    return candidate.probe() instanceof Probe.Unavailable(var reasons)
        && reasons.stream().anyMatch(reason -> reason.code() == ReasonCode.PROVIDER_BROKEN);
  }
}
