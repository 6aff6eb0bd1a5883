package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.Resources;
import dev.shiftwise.plan.Placement;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;

/**
 * What a program uses on its device: the slab, weights and tables, and kernels. Buffers are
 * uploaded once, when the program is loaded, and released with its resources.
 */
final class DeviceMemory {
  private final DeviceContext context;
  private final cl_mem slab;
  private final boolean longRows;
  private final Resources resources;

  DeviceMemory(DeviceContext context, Resources resources, cl_mem slab, long slabBytes) {
    this.context = context;
    this.resources = resources;
    this.slab = slab;
    // An offset from a value's channel 0 is less than the slab.
    this.longRows = slabBytes / Float.BYTES > Integer.MAX_VALUE;
  }

  /** Starts a launch of a new kernel. */
  LaunchBuilder kernel(KernelSource source) {
    cl_kernel kernel = context.kernel(source.when(longRows, "LONG_ROWS"));
    resources.add(() -> CL.clReleaseKernel(kernel));
    return new LaunchBuilder(this, source.file(), kernel);
  }

  MapPlace place(Placement placement) {
    return new MapPlace(slab, placement.offset(), placement.imagePitch());
  }

  cl_mem upload(float[] values) {
    return upload(Pointer.to(values), (long) values.length * Float.BYTES);
  }

  cl_mem upload(int[] values) {
    return upload(Pointer.to(values), (long) values.length * Integer.BYTES);
  }

  /** Uploads a table of rows, as {@code row_t}. */
  cl_mem upload(long[] rows) {
    if (longRows) {
      return upload(Pointer.to(rows), (long) rows.length * Long.BYTES);
    }
    int[] narrow = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      narrow[i] = Math.toIntExact(rows[i]);
    }
    return upload(narrow);
  }

  private cl_mem upload(Pointer values, long bytes) {
    int[] status = new int[1];
    cl_mem buffer =
        CL.clCreateBuffer(
            context.handle(), CL.CL_MEM_READ_ONLY | CL.CL_MEM_COPY_HOST_PTR, bytes, values, status);
    MemoryReport.check(status[0], context.device(), bytes, "clCreateBuffer");
    resources.add(() -> CL.clReleaseMemObject(buffer));
    return buffer;
  }
}
