package dev.shiftwise.cli;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Device;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where and how a network runs: the options of every command that runs one. */
final class DeviceOptions {
  private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 8L;

  /** Images from which on a warm-up saves more time than it takes. */
  private static final int WORTH_WARMING_UP = 200;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec command;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "the backend, as 'shiftwise devices' names it (default: the best one there)")
  @Nullable String backend;

  @Option(
      names = "--device",
      paramLabel = "ID",
      description = "the device's id, as 'shiftwise devices' shows it (default: the best one)")
  @Nullable String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "threads that compute (default: as many as there are processors)")
  @Nullable Integer threads;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "32",
      description = "images that run together (default: ${DEFAULT-VALUE})")
  int batch;

  /** Opens what was asked for; the caller closes it. */
  Backend open(Backends backends) {
    requireRanges();
    if (backend != null) {
      BackendNames.requireKnown(command, backends, backend);
      return backends.open(backend, device);
    }
    if (device == null) {
      return backends.openBest();
    }
    Device asked =
        backends.devices().stream()
            .filter(one -> one.id().equals(device))
            .findFirst()
            .orElseThrow(
                () ->
                    new ParameterException(
                        command.commandLine(),
                        "--device is '"
                            + device
                            + "', wanted one of "
                            + backends.devices().stream().map(Device::id).toList()));
    return backends.open(asked.backend(), asked.id());
  }

  /**
   * Returns the options to compile with.
   *
   * @param images images there are at most; a larger batch is of no use
   */
  CompileOptions compileOptions(long images) {
    requireRanges();
    return CompileOptions.DEFAULT
        .withMaxBatch(Math.clamp(images, 1, batch))
        .withThreads(threads == null ? 0 : threads)
        .withWarmUp(images >= WORTH_WARMING_UP);
  }

  /**
   * Returns the options to compile with, for batches that arrays hold.
   *
   * @param images images there are at most
   * @param values of an image, of its input or its output, whichever has more
   */
  CompileOptions compileOptions(long images, long values) {
    CompileOptions options = compileOptions(images);
    long most = LARGEST_ARRAY / values;
    if (options.maxBatch() > most) {
      throw new ParameterException(
          command.commandLine(),
          "--batch is "
              + batch
              + ", wanted at most "
              + most
              + " for images of "
              + values
              + " values");
    }
    return options;
  }

  private void requireRanges() {
    requireAtLeastOne("--batch", batch);
    if (threads != null) {
      requireAtLeastOne("--threads", threads);
    }
  }

  private void requireAtLeastOne(String option, int value) {
    if (value < 1) {
      throw new ParameterException(
          command.commandLine(), option + " is " + value + ", wanted at least 1");
    }
  }
}
