package dev.shiftwise.backend.opencl;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.Resize;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import dev.shiftwise.tensor.Shape;
import java.util.List;

/**
 * What is done with the pixels of planes: functions of two maps, activations, averages, other
 * sizes.
 */
final class PlaneKernels {
  private static final int CPU_VECTOR = 16;
  private static final int GPU_LANES = 64;

  /** Bytes that could be moved while an exponential is computed. */
  private static final int EXPONENTIAL = 32;

  /** Bytes that could be moved while four elements become one. */
  private static final int BYTES_OF_BLEND = 32;

  private final DeviceMemory memory;
  private final ClDevice.Facts facts;
  private final int lanes;

  PlaneKernels(DeviceMemory memory, ClDevice.Facts facts) {
    this.memory = memory;
    this.facts = facts;
    this.lanes = facts.kind() == ClDevice.Kind.CPU ? 1 : GPU_LANES;
  }

  /** Returns the launch of a function of two maps. */
  Launch arithmetic(Arithmetic arithmetic, Step step) {
    Source first = step.sources().getFirst();
    Source second = step.sources().get(1);
    Shape shape = step.destination().shape();
    LaunchBuilder launch =
        pixels(
            arithmetic.activation(),
            step,
            arithmetic.function().isComparison()
                ? List.of("SECOND", "COMPARES")
                : List.of("SECOND"));
    steps(launch, first.map().shape());
    launch.source(second).rows(second, shape.channels());
    steps(launch, second.map().shape());
    return launch
        .value(shape.width())
        .value(number(arithmetic.function()))
        .over(shares(step).chunks(), lanes, shares(step).parts());
  }

  /** {@code STEPS}: how far a row further in the result is in a map, and a column. */
  private static void steps(LaunchBuilder launch, Shape map) {
    launch.value(map.height() == 1 ? 0 : map.width()).value(map.width() == 1 ? 0 : 1);
  }

  /** As {@code pixels.cl} counts them. */
  private static int number(Arithmetic.Function function) {
    return switch (function) {
      case ADD -> 0;
      case SUBTRACT -> 1;
      case MULTIPLY -> 2;
      case DIVIDE -> 3;
      case LESS -> 4;
      case LESS_OR_EQUAL -> 5;
      case EQUAL -> 6;
      case MASK -> 7;
    };
  }

  /** Returns the launch of an activation. */
  Launch activate(Activate activate, Step step) {
    return pixels(activate.activation(), step, List.of())
        .over(shares(step).chunks(), lanes, shares(step).parts());
  }

  private LaunchBuilder pixels(Activation activation, Step step, List<String> switches) {
    Source in = step.sources().getFirst();
    Shape shape = step.destination().shape();
    int plane = Math.toIntExact(shape.plane());
    KernelSource source = source("pixels", vector(plane)).activation(activation);
    for (String name : switches) {
      source = source.when(true, name);
    }
    return memory
        .kernel(source)
        .source(in)
        .rows(in, shape.channels())
        .target(step.destination())
        .value(plane)
        .value(shape.channels())
        .value(shares(step).chunk())
        .activation(activation);
  }

  /** Of pixels that stand by themselves. */
  private Shares shares(Step step) {
    Shape shape = step.destination().shape();
    int plane = Math.toIntExact(shape.plane());
    long maps = step.sources().size() + 1L;
    return Shares.of(facts, shape.channels(), plane, vector(plane) * lanes, maps * Float.BYTES);
  }

  /** Returns the launch of a bilinear resize. */
  Launch resize(Resize resize, Step step) {
    Source in = step.sources().getFirst();
    Shape out = step.destination().shape();
    int height = out.height();
    int width = out.width();
    int[] places = new int[2 * (height + width)];
    float[] fractions = new float[height + width];
    int inWidth = in.map().shape().width();
    fill(places, fractions, 0, resize.rows(), inWidth);
    fill(places, fractions, height, resize.columns(), 1);
    Shares shares =
        Shares.of(
            facts, out.channels(), Math.toIntExact(out.plane()), lanes, (long) BYTES_OF_BLEND);
    return memory
        .kernel(source("resize", 1))
        .source(in)
        .rows(in)
        .target(step.destination())
        .ints(places)
        .floats(fractions)
        .value(height)
        .value(width)
        .value(out.channels())
        .value(shares.chunk())
        .over(shares.chunks(), lanes, shares.parts());
  }

  private static void fill(
      int[] places, float[] fractions, int first, Resize.Axis axis, int stride) {
    for (int i = 0; i < axis.size(); i++) {
      places[2 * (first + i)] = axis.first(i) * stride;
      places[2 * (first + i) + 1] = axis.second(i) * stride;
      fractions[first + i] = axis.fraction(i);
    }
  }

  /** Returns the launch of the average of each plane. */
  Launch globalAverage(Step step) {
    Source in = step.sources().getFirst();
    int channels = in.map().shape().channels();
    int plane = plane(in);
    // The pixels of a plane stay together.
    Shares shares = Shares.of(facts, channels, 1, 1, (long) plane * Float.BYTES);
    return memory
        .kernel(source("average", vector(plane)))
        .source(in)
        .rows(in)
        .target(step.destination())
        .value(plane)
        .value(channels)
        .over(1, lanes, shares.parts());
  }

  /** Returns the launch of a softmax over the channels of each pixel. */
  Launch softmax(Step step) {
    Source in = step.sources().getFirst();
    int channels = in.map().shape().channels();
    int plane = plane(in);
    int vector = vector(plane);
    // Items beside each other have neighbouring pixels; where there are fewer, they share channels.
    int side = Math.min(lanes, Integer.highestOneBit(2 * Math.min(plane, lanes) - 1));
    Shares shares = Shares.of(facts, 1, plane, vector * side, (long) channels * EXPONENTIAL);
    return memory
        .kernel(source("softmax", vector).with("SIDE", side))
        .source(in)
        .rows(in)
        .target(step.destination())
        .value(plane)
        .value(channels)
        .value(shares.chunk())
        .over(shares.chunks(), lanes, 1);
  }

  private static int plane(Source in) {
    return Math.toIntExact(in.map().shape().plane());
  }

  private int vector(int plane) {
    return lanes > 1 || plane < CPU_VECTOR ? 1 : CPU_VECTOR;
  }

  private KernelSource source(String file, int vector) {
    return KernelSource.of(file).with("VECTOR", vector).with("LANES", lanes);
  }
}
