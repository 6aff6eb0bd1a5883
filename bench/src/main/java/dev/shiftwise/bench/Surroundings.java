package dev.shiftwise.bench;

import dev.shiftwise.backend.Backends;
import dev.shiftwise.bench.BenchReport.Environment;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Stream;

/** What a measurement ran on, so that its figures mean something later. */
final class Surroundings {
  private static final String UNKNOWN = "unknown";

  private Surroundings() {}

  static Environment describe() {
    return new Environment(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        version().orElse(UNKNOWN),
        commit(Path.of("")).orElse(UNKNOWN),
        Runtime.version().toString(),
        System.getProperty("java.vm.name") + ", " + System.getProperty("java.vendor"),
        ManagementFactory.getRuntimeMXBean().getInputArguments(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("os.arch"),
        processor().orElse(UNKNOWN),
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  private static Optional<String> version() {
    return Optional.ofNullable(Backends.class.getModule().getDescriptor())
        .flatMap(descriptor -> descriptor.rawVersion());
  }

  /** Finds the commit of the checkout that the folder lies in, if it lies in one. */
  static Optional<String> commit(Path folder) {
    for (Path at = folder.toAbsolutePath(); at != null; at = at.getParent()) {
      Path head = at.resolve(".git").resolve("HEAD");
      if (Files.isRegularFile(head)) {
        return resolve(at.resolve(".git"), firstLine(head).orElse(""));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> resolve(Path git, String head) {
    String symbolic = "ref: ";
    if (!head.startsWith(symbolic)) {
      return Optional.of(head).filter(text -> !text.isEmpty());
    }
    String name = head.substring(symbolic.length());
    return firstLine(git.resolve(name)).or(() -> packed(git.resolve("packed-refs"), name));
  }

  private static Optional<String> packed(Path file, String name) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.endsWith(" " + name))
          .map(line -> line.substring(0, line.indexOf(' ')))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** As Linux names it; other systems tell the processor through the device's properties only. */
  private static Optional<String> processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> firstLine(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
