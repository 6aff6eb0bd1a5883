package dev.shiftwise.backend.cuda;

import dev.shiftwise.backend.Bindings;
import dev.shiftwise.network.Value;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Staging;
import dev.shiftwise.plan.Stretch;
import dev.shiftwise.view.FeatureMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a program's inputs and outputs cross between caller and device: by one copy of the device's
 * where they stand in memory that the session gave out, else by one checked copy on the calling
 * thread into and out of a pinned window of the slab.
 */
final class Crossings {

  /** One input or output: its window, and the way around it if there is one. */
  private record Crossing<T>(
      String name, HostWindow window, T inWindow, @Nullable DirectCopy direct) {
    boolean isDirect() {
      return direct != null && direct.isBound();
    }

    void bind(FeatureMap map, GivenMemory given) {
      if (direct != null) {
        direct.bind(map, given);
      }
    }
  }

  private final CudaStream stream;
  private final GivenMemory given;
  private final List<Crossing<Staging>> inputs = new ArrayList<>();
  private final List<Crossing<Source>> outputs = new ArrayList<>();

  /**
   * Makes the windows.
   *
   * @param arena where they live
   */
  Crossings(MemoryPlan plan, DeviceMemory memory, CudaStream stream, Arena arena) {
    this.stream = stream;
    this.given = new GivenMemory(memory.context());
    for (Staging staging : plan.inputs()) {
      Value input = staging.input();
      Stretch stretch = Stretch.of(staging);
      inputs.add(
          new Crossing<>(
              input.name(),
              new HostWindow(memory, arena, stretch, plan.standsAlone(input), plan.images()),
              stretch.inside(staging),
              DirectCopy.ofInput(staging, memory).orElse(null)));
    }
    plan.outputs()
        .forEach(
            (name, output) -> {
              Stretch stretch = Stretch.of(output);
              outputs.add(
                  new Crossing<>(
                      name,
                      new HostWindow(memory, arena, stretch, true, plan.images()),
                      stretch.inside(output),
                      DirectCopy.ofOutput(output, memory).orElse(null)));
            });
  }

  /** Returns memory for {@code Session.allocate}. */
  MemorySegment allocate(Arena arena, long bytes) {
    return given.allocate(arena, bytes);
  }

  /** Brings the inputs to the device, when the stream comes so far. */
  void stage(Bindings bindings) {
    for (int i = 0; i < outputs.size(); i++) {
      outputs.get(i).bind(bindings.output(i), given);
    }
    int batch = bindings.batch();
    for (int i = 0; i < inputs.size(); i++) {
      Crossing<Staging> input = inputs.get(i);
      FeatureMap map = bindings.input(i);
      input.bind(map, given);
      DirectCopy direct = input.direct();
      if (direct != null && direct.isBound()) {
        direct.upload(stream);
        continue;
      }
      for (int image = 0; image < batch; image++) {
        input.window().slab().stage(map, image, input.inWindow(), image);
      }
      input.window().upload(stream, batch);
    }
  }

  /** Enqueues what brings the outputs to the host. */
  void beginFetch(int batch) {
    for (int i = 0; i < outputs.size(); i++) {
      Crossing<Source> output = outputs.get(i);
      DirectCopy direct = output.direct();
      if (direct != null && direct.isBound()) {
        direct.download(stream);
      } else {
        output.window().download(stream, batch);
      }
    }
  }

  /** Copies the outputs to the caller, once the stream has finished. */
  void fetch(Bindings bindings) {
    int batch = bindings.batch();
    for (int i = 0; i < outputs.size(); i++) {
      Crossing<Source> output = outputs.get(i);
      for (int image = 0; !output.isDirect() && image < batch; image++) {
        output.window().slab().fetch(output.inWindow(), image, bindings.output(i), image);
      }
    }
  }

  /** Says how each input and output crossed in the last run, and which could do with less. */
  String transfer() {
    return "memory of the device's own: "
        + Stream.<Crossing<?>>concat(inputs.stream(), outputs.stream())
            .map(Crossings::transfer)
            .collect(Collectors.joining(", "));
  }

  private static String transfer(Crossing<?> crossing) {
    String how =
        crossing.isDirect()
            ? " by the device's copy alone"
            : crossing.direct() != null
                ? " by one checked copy to pinned memory (none from session.allocate)"
                : " by one checked copy to pinned memory";
    return crossing.name() + how;
  }
}
