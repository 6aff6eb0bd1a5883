package dev.shiftwise.backend.opencl;

import dev.shiftwise.network.Activation;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import java.util.ArrayList;
import java.util.List;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_kernel;
import org.jspecify.annotations.Nullable;

/** Sets a kernel's arguments in the order of its parameters, then its sizes. */
final class LaunchBuilder {

  private final DeviceMemory memory;
  private final String name;
  private final cl_kernel kernel;
  private final List<Launch.MapArgument> maps = new ArrayList<>();
  private int index;

  LaunchBuilder(DeviceMemory memory, String name, cl_kernel kernel) {
    this.memory = memory;
    this.name = name;
    this.kernel = kernel;
  }

  /** {@code SOURCE(x)}: a map that is read through rows; it begins at its value's channel 0. */
  LaunchBuilder source(Source source) {
    return map(source.placement(), 0, false);
  }

  /**
   * {@code SOURCE(x), const ulong x_pitch}: a map that is read unshifted, as planes at one
   * distance; it begins at the view's channel 0.
   */
  LaunchBuilder window(Source source) {
    return map(source.placement(), source.flat(0) - source.placement().offset(), false)
        .longs(source.placement().planePitch());
  }

  /**
   * {@code TARGET(y), const ulong pitch}: a map that is written, and the distance of its planes.
   */
  LaunchBuilder target(Placement placement) {
    return map(placement, 0, true).longs(placement.planePitch());
  }

  private LaunchBuilder map(Placement placement, long shift, boolean written) {
    MapPlace place = memory.place(placement);
    maps.add(new Launch.MapArgument(index, place, shift, written));
    return pointer(Pointer.to(place.buffer()))
        .longs(place.offset() + shift)
        .longs(place.imagePitch());
  }

  /**
   * {@code const row_t *rows}: where each channel of a view starts, from its placement's channel 0.
   */
  LaunchBuilder rows(Source source) {
    return rows(source, source.map().shape().channels());
  }

  /** The same for a map that is read as so many channels: its own, or its only one each time. */
  LaunchBuilder rows(Source source, int channels) {
    int own = source.map().shape().channels();
    long[] rows = new long[channels];
    for (int c = 0; c < channels; c++) {
      rows[c] = source.flat(own == 1 ? 0 : c) - source.placement().offset();
    }
    return rows(rows);
  }

  /** {@code const row_t *}: a table of elements. */
  LaunchBuilder rows(long[] rows) {
    return pointer(Pointer.to(memory.upload(rows)));
  }

  /** {@code const float *}: weights. */
  LaunchBuilder floats(float[] values) {
    return pointer(Pointer.to(memory.upload(values)));
  }

  /** {@code const int *}: a table. */
  LaunchBuilder ints(int[] values) {
    return pointer(Pointer.to(memory.upload(values)));
  }

  /** {@code const int}. */
  LaunchBuilder value(int value) {
    return set(Sizeof.cl_int, Pointer.to(new int[] {value}));
  }

  /** {@code const float}. */
  LaunchBuilder value(float value) {
    return set(Sizeof.cl_float, Pointer.to(new float[] {value}));
  }

  /** {@code ACTIVATION}: two bounds; or its kind, as {@code common.cl} counts them, and numbers. */
  LaunchBuilder activation(Activation activation) {
    return switch (activation) {
      case Activation.Clip(float low, float high) -> value(low).value(high);
      case Activation.LeakyRelu(float slope) -> value(1).value(slope).value(0f);
      case Activation.Sigmoid _ -> value(2).value(0f).value(0f);
      case Activation.HardSigmoid(float alpha, float beta) -> value(3).value(alpha).value(beta);
      case Activation.HardSwish _ -> value(4).value(0f).value(0f);
      case Activation.SquareRoot _ -> value(5).value(0f).value(0f);
      case Activation.Logarithm _ -> value(6).value(0f).value(0f);
      case Activation.ErrorFunction _ -> value(7).value(0f).value(0f);
      case Activation.Gelu _ -> value(8).value(0f).value(0f);
    };
  }

  /** {@code const ulong}. */
  LaunchBuilder longs(long value) {
    return set(Sizeof.cl_ulong, Pointer.to(new long[] {value}));
  }

  /** {@code __local float *}: memory that a work-group's items share. */
  LaunchBuilder local(long floats) {
    return set(floats * Float.BYTES, null);
  }

  private LaunchBuilder pointer(Pointer value) {
    return set(Sizeof.cl_mem, value);
  }

  private LaunchBuilder set(long bytes, @Nullable Pointer value) {
    Launch.set(kernel, name, index++, bytes, value);
    return this;
  }

  /**
   * Returns the launch.
   *
   * @param groups work-groups in the first dimension
   * @param lanes work-items of a group, in the first dimension
   * @param second work-groups of one item in the second dimension
   */
  Launch over(long groups, long lanes, long second) {
    return new Launch(
        name, kernel, maps, new long[] {groups * lanes, second, 1}, new long[] {lanes, 1, 1});
  }
}
