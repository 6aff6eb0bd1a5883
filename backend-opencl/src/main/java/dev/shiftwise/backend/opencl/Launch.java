package dev.shiftwise.backend.opencl;

import java.util.List;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_command_queue;
import org.jocl.cl_event;
import org.jocl.cl_kernel;
import org.jspecify.annotations.Nullable;

/**
 * One kernel call, prepared once and enqueued in every run: the kernel with its arguments set, and
 * its sizes. The third dimension is the image.
 */
final class Launch {
  private static final int DIMENSIONS = 3;
  private static final int IMAGE = 2;

  /**
   * The three arguments that say where a feature map is: buffer, offset of image 0 and distance
   * between images.
   *
   * @param index of the first of the three
   * @param place where the plan has put the value, in the slab
   * @param shift elements from the value's start to where the kernel begins
   * @param written whether the kernel writes it
   */
  record MapArgument(int index, MapPlace place, long shift, boolean written) {}

  private final String name;
  private final String call;
  private final cl_kernel kernel;
  private final List<MapArgument> maps;
  private final long[] global;
  private final long[] local;

  Launch(String name, cl_kernel kernel, List<MapArgument> maps, long[] global, long[] local) {
    this.name = name;
    this.call = "clEnqueueNDRangeKernel(" + name + ")";
    this.kernel = kernel;
    this.maps = List.copyOf(maps);
    this.global = global;
    this.local = local;
  }

  /** Returns the feature maps that it reads and writes. */
  List<MapArgument> maps() {
    return maps;
  }

  /** Sets where a feature map is, for the runs from now on. */
  void bind(MapArgument map, MapPlace place) {
    set(kernel, name, map.index(), Sizeof.cl_mem, Pointer.to(place.buffer()));
    set(
        kernel,
        name,
        map.index() + 1,
        Sizeof.cl_ulong,
        Pointer.to(new long[] {place.offset() + map.shift()}));
    set(
        kernel,
        name,
        map.index() + 2,
        Sizeof.cl_ulong,
        Pointer.to(new long[] {place.imagePitch()}));
  }

  static void set(cl_kernel kernel, String name, int index, long bytes, @Nullable Pointer value) {
    Cl.check(
        CL.clSetKernelArg(kernel, index, bytes, value),
        "clSetKernelArg(" + name + ", " + index + ")");
  }

  /**
   * Enqueues it for the first images of the slab; {@code event}, if any, tells when it ran. Returns
   * the status.
   */
  int enqueue(cl_command_queue queue, int images, @Nullable cl_event event) {
    global[IMAGE] = images;
    return CL.clEnqueueNDRangeKernel(
        queue, kernel, DIMENSIONS, null, global, local, 0, null, event);
  }

  /** Returns what {@link #enqueue} calls, for messages. */
  String call() {
    return call;
  }
}
