package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.Bindings;
import dev.shiftwise.backend.Program;
import dev.shiftwise.backend.Resources;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Staging;
import dev.shiftwise.plan.Stretch;
import dev.shiftwise.view.FeatureMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jocl.cl_command_queue;
import org.jspecify.annotations.Nullable;

/**
 * How a program's inputs and outputs cross between caller and device: in place where they stand in
 * memory that the session gave out, else by one checked copy on the calling thread into and out of
 * a window of the slab.
 */
final class Crossings {

  /** One input or output: its window in the slab, and the way around it if there is one. */
  private record Crossing<T>(String name, HostWindow window, T inWindow, @Nullable DirectMap map) {
    @Nullable SharedMemory direct() {
      return map == null ? null : map.bound();
    }

    void bind(FeatureMap bound, GivenMemory given) {
      if (map != null) {
        map.bind(bound, given);
      }
    }
  }

  private final boolean shared;
  private final GivenMemory given;
  private final List<Crossing<Staging>> inputs = new ArrayList<>();
  private final List<Crossing<Source>> outputs = new ArrayList<>();

  /** Memory of this run that the device has now. */
  private final List<SharedMemory> withDevice = new ArrayList<>();

  Crossings(
      DeviceContext context,
      MemoryPlan plan,
      List<List<Launch>> steps,
      Slab slab,
      cl_command_queue queue,
      Resources resources) {
    this.shared = slab.isShared();
    this.given = new GivenMemory(context);
    resources.add(() -> given.close(queue));
    for (Staging staging : plan.inputs()) {
      HostWindow window = slab.window(Stretch.of(staging), plan.images());
      Optional<DirectMap> map = shared ? DirectMap.ofInput(plan, staging, steps) : Optional.empty();
      inputs.add(
          new Crossing<>(staging.input().name(), window, window.inside(staging), map.orElse(null)));
    }
    plan.outputs()
        .forEach(
            (name, output) -> {
              HostWindow window = slab.window(Stretch.of(output), plan.images());
              Optional<DirectMap> map =
                  shared ? DirectMap.ofOutput(plan, name, steps) : Optional.empty();
              outputs.add(new Crossing<>(name, window, window.inside(output), map.orElse(null)));
            });
  }

  /** Returns memory for {@code Session.allocate}. */
  MemorySegment allocate(Arena arena, long bytes, cl_command_queue queue) {
    return shared ? given.allocate(arena, bytes, queue) : arena.allocate(bytes, Program.ALIGNMENT);
  }

  /** Brings the inputs to the device, when the queue comes so far. */
  void stage(Bindings bindings, cl_command_queue queue) {
    for (int i = 0; i < inputs.size(); i++) {
      inputs.get(i).bind(bindings.input(i), given);
    }
    for (int i = 0; i < outputs.size(); i++) {
      outputs.get(i).bind(bindings.output(i), given);
    }
    // An input that is copied may be a view of memory that another one is in: first read it all.
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).direct() == null) {
        stage(inputs.get(i), bindings.input(i), bindings.batch(), queue);
      }
    }
    for (int i = 0; i < inputs.size(); i++) {
      giveToDevice(inputs.get(i).direct(), queue);
    }
    for (int i = 0; i < outputs.size(); i++) {
      giveToDevice(outputs.get(i).direct(), queue);
    }
  }

  private void giveToDevice(@Nullable SharedMemory memory, cl_command_queue queue) {
    // An output may be in the place of the residual: one memory, given once.
    if (memory != null && !withDevice.contains(memory)) {
      withDevice.add(memory);
      memory.toDevice(queue);
    }
  }

  private static void stage(
      Crossing<Staging> input, FeatureMap map, int batch, cl_command_queue queue) {
    input.window().beginWrite(queue, batch);
    try {
      for (int image = 0; image < batch; image++) {
        input.window().slab().stage(map, image, input.inWindow(), image);
      }
    } finally {
      input.window().endWrite(queue, batch);
    }
  }

  /** Enqueues what the host needs to read the outputs once the queue has finished. */
  void beginFetch(int batch, cl_command_queue queue) {
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i).direct() == null) {
        outputs.get(i).window().beginRead(queue, batch);
      }
    }
  }

  /** Copies the outputs to the caller. */
  void fetch(Bindings bindings) {
    int batch = bindings.batch();
    for (int i = 0; i < outputs.size(); i++) {
      Crossing<Source> output = outputs.get(i);
      for (int image = 0; output.direct() == null && image < batch; image++) {
        output.window().slab().fetch(output.inWindow(), image, bindings.output(i), image);
      }
    }
  }

  /** Ends the host's reading of the slab. */
  void endFetch(cl_command_queue queue) {
    for (int i = 0; i < outputs.size(); i++) {
      outputs.get(i).window().endRead(queue);
    }
  }

  /** Gives the memory that was given out back to the caller, when the queue comes so far. */
  void returnToHost(cl_command_queue queue) {
    while (!withDevice.isEmpty()) {
      GivenMemory.toHost(withDevice.removeLast(), queue);
    }
  }

  /** Says how each input and output crossed in the last run, and which could do so in place. */
  String transfer() {
    String names =
        Stream.<Crossing<?>>concat(inputs.stream(), outputs.stream())
            .map(Crossings::transfer)
            .collect(Collectors.joining(", "));
    return (shared ? "memory shared with the device: " : "memory of the device's own: ") + names;
  }

  private static String transfer(Crossing<?> crossing) {
    String how =
        crossing.direct() != null
            ? " in place"
            : crossing.map() != null
                ? " by one checked copy (in place from session.allocate)"
                : " by one checked copy";
    return crossing.name() + how;
  }
}
