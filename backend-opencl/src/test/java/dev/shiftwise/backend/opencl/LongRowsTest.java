package dev.shiftwise.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.KernelCache;
import dev.shiftwise.backend.Resources;
import dev.shiftwise.backend.Session;
import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Coordinates;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.GlobalAveragePool;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Rearrangements;
import dev.shiftwise.network.Resize;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Staging;
import dev.shiftwise.plan.Step;
import dev.shiftwise.plan.Stretch;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.Displacement;
import dev.shiftwise.view.FeatureMap;
import java.util.List;
import org.jocl.CL;
import org.jocl.cl_command_queue;
import org.junit.jupiter.api.Test;

/** Every kernel with the row numbers of 64 bits that a slab of more than 8 GiB needs. */
final class LongRowsTest {
  private static final Shape SHAPE = new Shape(8, 6, 7);
  private static final long HUGE_SLAB = 1L << 40;

  private static Network everything() {
    Samples samples = new Samples(11);
    return Samples.network(
        SHAPE,
        (b, x) -> {
          Operand moved =
              b.add(
                  "copy",
                  new Copy(),
                  x.channelShift(3).addressShift(Border.ZERO, Displacement.LEFT, Displacement.UP));
          Operand wide =
              b.add(
                  "wide",
                  new PointwiseConvolution(samples.filter(16, 4), 2, 1, Activation.RELU),
                  moved.addressShift(Border.RING, Displacement.RIGHT, Displacement.DOWN));
          Operand dealt = b.add("shuffle", new ChannelShuffle(4), wide);
          Operand tall =
              b.add(
                  "depthwise",
                  new Convolution(
                      samples.filter(16, 1, 3, 3), 16, Kernel2d.square(3, 1, 1), Activation.NONE),
                  dealt);
          Operand sum = b.add("add", Arithmetic.add(), tall, wide);
          Operand swish = b.add("activate", new Activate(Activation.HARD_SWISH), sum);
          Operand pooled =
              b.add(
                  "max",
                  new MaxPool(Kernel2d.square(2, 1, 0), false),
                  swish.addressShift(Border.ZERO, Displacement.LEFT, Displacement.DOWN));
          Operand convolved =
              b.add(
                  "convolution",
                  new Convolution(
                      samples.filter(12, 8, 3, 3), 2, Kernel2d.square(3, 2, 1), Activation.NONE),
                  pooled);
          Operand sized =
              b.add(
                  "resize",
                  Resize.bilinear(new Shape(12, 3, 3), 5, 2, Coordinates.ALIGN_CORNERS),
                  convolved);
          Operand turned =
              b.add(
                  "rearrange",
                  Rearrangements.transpose(List.of(12, 5, 2), 0, 2, 1).into(new Shape(12, 2, 5)),
                  sized);
          Operand shares = b.add("softmax", new Softmax(), turned);
          Operand layer =
              b.add("dense", new Dense(samples.filter(9, 12 * 2 * 5), Activation.NONE), shares);
          Operand mean = b.add("mean", new GlobalAveragePool(), wide.window(2, 9));
          return b.add("y", Arithmetic.add(), layer, mean);
        });
  }

  @Test
  void kernelsComputeTheSame() {
    Network network = everything();
    float[] input = new Samples(12).values(SHAPE.elements());
    float[] expected = new float[9];
    ClDevice device = Probing.look().devices().getFirst();
    Tuning tuning = Tuning.standard(device.facts().kind());
    VariantProvider provider = new VariantProvider(facts -> facts, tuning);
    MemoryPlan plan;
    try (Backend backend = provider.open(Driver.devices().getFirst());
        Session session = backend.compile(network)) {
      session.run(input, expected);
      plan = session.plan();
    }
    assertArrayEquals(expected, run(device, tuning, plan, input, expected.length));
  }

  /** Runs a plan on a slab that is believed to be huge. */
  private static float[] run(
      ClDevice device, Tuning tuning, MemoryPlan plan, float[] input, int outputs) {
    FeatureMap x = FeatureMap.of(input, 1, SHAPE);
    float[] output = new float[outputs];
    FeatureMap y = FeatureMap.of(output, 1, new Shape(outputs, 1, 1));
    try (DeviceContext context = DeviceContext.whole(device, KernelCache.none());
        Resources resources = new Resources()) {
      Slab slab = Slab.allocate(context, plan.slabBytes());
      resources.add(slab::close);
      cl_command_queue queue = context.queue(false);
      resources.add(() -> CL.clReleaseCommandQueue(queue));
      StepCompiler compiler =
          new StepCompiler(
              new DeviceMemory(context, resources, slab.buffer(), HUGE_SLAB),
              device.facts(),
              tuning);
      Staging staging = plan.inputs().getFirst();
      HostWindow in = slab.window(Stretch.of(staging), 1);
      in.beginWrite(queue, 1);
      in.slab().stage(x, 0, in.inside(staging), 0);
      in.endWrite(queue, 1);
      for (Step step : plan.steps()) {
        compiler
            .compile(step)
            .forEach(launch -> Cl.check(launch.enqueue(queue, 1, null), launch.call()));
      }
      Source result = plan.outputs().values().iterator().next();
      HostWindow out = slab.window(Stretch.of(result), 1);
      out.beginRead(queue, 1);
      Cl.check(CL.clFinish(queue), "clFinish");
      out.slab().fetch(out.inside(result), 0, y, 0);
      out.endRead(queue);
      Cl.check(CL.clFinish(queue), "clFinish");
    }
    return output;
  }
}
