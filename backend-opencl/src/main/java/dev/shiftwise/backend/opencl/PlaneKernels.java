package dev.shiftwise.backend.opencl;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;

/** What is done with the pixels of planes where they stand: sums of maps, activations, averages. */
final class PlaneKernels {
  private static final int CPU_VECTOR = 16;
  private static final int GPU_LANES = 64;

  /** Bytes that could be moved while an exponential is computed. */
  private static final int EXPONENTIAL = 32;

  private final DeviceMemory memory;
  private final ClDevice.Facts facts;
  private final int lanes;

  PlaneKernels(DeviceMemory memory, ClDevice.Facts facts) {
    this.memory = memory;
    this.facts = facts;
    this.lanes = facts.kind() == ClDevice.Kind.CPU ? 1 : GPU_LANES;
  }

  /** Returns the launch of a sum of two maps. */
  Launch add(Arithmetic add, Step step) {
    return pixels(add.activation(), step);
  }

  /** Returns the launch of an activation. */
  Launch activate(Activate activate, Step step) {
    return pixels(activate.activation(), step);
  }

  private Launch pixels(Activation activation, Step step) {
    Source in = step.sources().getFirst();
    boolean two = step.sources().size() > 1;
    int channels = in.map().shape().channels();
    int plane = plane(in);
    int vector = vector(plane);
    int maps = two ? 3 : 2;
    Shares shares = Shares.of(facts, channels, plane, vector * lanes, (long) maps * Float.BYTES);
    LaunchBuilder launch =
        memory
            .kernel(source("pixels", vector).activation(activation).when(two, "ADDEND"))
            .source(in)
            .rows(in)
            .target(step.destination())
            .value(plane)
            .value(channels)
            .value(shares.chunk())
            .activation(activation);
    if (two) {
      launch.source(step.sources().get(1)).rows(step.sources().get(1));
    }
    return launch.over(shares.chunks(), lanes, shares.parts());
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
