package dev.shiftwise.bench;

import dev.shiftwise.backend.Backends;
import dev.shiftwise.bench.BenchReport.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** What a measurement ran on, so that its figures mean something later. */
final class Surroundings {
  private static final String UNKNOWN = "unknown";

  private Surroundings() {}

  static Environment describe() {
    Properties build = build();
    return new Environment(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        version().orElse(UNKNOWN),
        build.getProperty("commit", UNKNOWN),
        Boolean.parseBoolean(build.getProperty("modified")),
        Runtime.version().toString(),
        System.getProperty("java.vm.name") + ", " + System.getProperty("java.vendor"),
        flags(ManagementFactory.getRuntimeMXBean().getInputArguments()),
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

  /** What the build wrote down: the commit, and whether there were changes on top of it. */
  static Properties build() {
    Properties build = new Properties();
    try (InputStream stream = Surroundings.class.getResourceAsStream("build.properties")) {
      if (stream != null) {
        build.load(stream);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("build.properties", e);
    }
    return build;
  }

  /** Options that change how it runs; where the modules lie is the user's own business. */
  static List<String> flags(List<String> options) {
    return options.stream().filter(option -> !option.contains("module-path")).toList();
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
}
