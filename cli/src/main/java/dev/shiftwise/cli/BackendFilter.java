package dev.shiftwise.cli;

import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.Backends.Candidate;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which backends a command takes that works on several. */
final class BackendFilter {
  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec command;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "a backend, as 'shiftwise devices' names it; may be repeated (default: all)")
  List<String> names = List.of();

  /** Whether a backend is asked for. */
  boolean takes(String name) {
    return names.isEmpty() || names.contains(name);
  }

  /** Returns the backends asked for, available or not; refuses names that none has. */
  List<Candidate> select(Backends backends) {
    names.forEach(name -> BackendNames.requireKnown(command, backends, name));
    return backends.candidates().stream().filter(one -> takes(one.name())).toList();
  }

  /** Fails, with every reason, if one that was asked for or every one cannot be had. */
  void requireAvailable(Backends backends) {
    List<String> available =
        select(backends).stream()
            .filter(one -> !one.devices().isEmpty())
            .map(Candidate::name)
            .toList();
    if (available.isEmpty() || !available.containsAll(names)) {
      String missing =
          names.isEmpty()
              ? "no backend is available"
              : names.stream()
                  .filter(name -> !available.contains(name))
                  .collect(Collectors.joining("', '", "not available: '", "'"));
      throw new Failure(missing + "; 'shiftwise devices' shows the reasons and remedies");
    }
  }
}
