package dev.shiftwise.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_device_id;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;
import org.jocl.cl_platform_id;
import org.jocl.cl_program;
import org.jocl.cl_queue_properties;
import org.jspecify.annotations.Nullable;

/**
 * The same chain without shifts as anybody's first OpenCL kernel: one work-item computes one
 * output, and the driver chooses the work-groups. On the whole device, also where others use a
 * part.
 */
final class NaiveChain implements AutoCloseable {
  private static final String SOURCE =
      """
      __kernel void naive(__global const float *x, __global float *y, __global const float *w,
                          __global const float *bias, int inputs, int outputs, int plane) {
        int p = get_global_id(0);
        int o = get_global_id(1);
        int image = get_global_id(2);
        int channels = get_global_size(1);
        int group = o / outputs;
        x += ((size_t)image * channels + group * inputs) * plane + p;
        float z = bias[o];
        for (int c = 0; c < inputs; c++)
          z += w[o * inputs + c] * x[(size_t)c * plane];
        y[((size_t)image * channels + o) * plane + p] = z < 0.0f ? 0.0f : z;
      }
      """;

  private final KernelShape shape;
  private final cl_context context;
  private final cl_command_queue queue;
  private final List<cl_kernel> kernels = new ArrayList<>();
  private final List<cl_mem> buffers = new ArrayList<>();
  private final cl_mem last;
  private final long[] sizes;

  /**
   * Prepares the chain.
   *
   * @param deviceName as the OpenCL backend names the device: it ends with OpenCL's own name
   */
  NaiveChain(KernelShape shape, String deviceName) {
    this.shape = shape;
    int[] status = new int[1];
    cl_device_id[] device = {device(deviceName)};
    context = CL.clCreateContext(null, 1, device, null, null, status);
    check(status[0]);
    queue =
        CL.clCreateCommandQueueWithProperties(
            context, device[0], new cl_queue_properties(), status);
    check(status[0]);
    cl_program program =
        CL.clCreateProgramWithSource(context, 1, new String[] {SOURCE}, null, status);
    check(status[0]);
    check(CL.clBuildProgram(program, 1, device, null, null, null));
    sizes = new long[] {shape.shape().plane(), shape.channels(), shape.batch()};
    float[] values = shape.input();
    cl_mem current = buffer(values.length, values);
    for (int layer = 0; layer < KernelShape.LAYERS; layer++) {
      cl_mem next = buffer(values.length, null);
      cl_kernel kernel = CL.clCreateKernel(program, "naive", status);
      check(status[0]);
      kernels.add(kernel);
      float[] weight = shape.weight(layer);
      float[] bias = shape.bias(layer);
      int inputs = shape.inputsOfGroup();
      cl_mem[] maps = {current, next, buffer(weight.length, weight), buffer(bias.length, bias)};
      for (int i = 0; i < maps.length; i++) {
        check(CL.clSetKernelArg(kernel, i, Sizeof.cl_mem, Pointer.to(maps[i])));
      }
      int[] numbers = {inputs, inputs, (int) shape.shape().plane()};
      for (int i = 0; i < numbers.length; i++) {
        check(
            CL.clSetKernelArg(
                kernel, maps.length + i, Sizeof.cl_int, Pointer.to(new int[] {numbers[i]})));
      }
      current = next;
    }
    last = current;
    CL.clReleaseProgram(program);
  }

  private static cl_device_id device(String wanted) {
    int[] count = new int[1];
    check(CL.clGetPlatformIDs(0, null, count));
    cl_platform_id[] platforms = new cl_platform_id[count[0]];
    check(CL.clGetPlatformIDs(platforms.length, platforms, null));
    for (cl_platform_id platform : platforms) {
      if (CL.clGetDeviceIDs(platform, CL.CL_DEVICE_TYPE_ALL, 0, null, count) == CL.CL_SUCCESS) {
        cl_device_id[] devices = new cl_device_id[count[0]];
        check(CL.clGetDeviceIDs(platform, CL.CL_DEVICE_TYPE_ALL, devices.length, devices, null));
        for (cl_device_id device : devices) {
          if (wanted.endsWith(name(device))) {
            return device;
          }
        }
      }
    }
    throw new IllegalStateException("there is no device '" + wanted + "'");
  }

  private static String name(cl_device_id device) {
    long[] size = new long[1];
    check(CL.clGetDeviceInfo(device, CL.CL_DEVICE_NAME, 0, null, size));
    byte[] name = new byte[(int) size[0]];
    check(CL.clGetDeviceInfo(device, CL.CL_DEVICE_NAME, size[0], Pointer.to(name), null));
    return new String(name, StandardCharsets.UTF_8).replace("\0", "").strip();
  }

  private cl_mem buffer(int floats, float @Nullable [] values) {
    int[] status = new int[1];
    long flags = CL.CL_MEM_READ_WRITE | (values == null ? 0 : CL.CL_MEM_COPY_HOST_PTR);
    cl_mem buffer =
        CL.clCreateBuffer(
            context,
            flags,
            (long) floats * Float.BYTES,
            values == null ? null : Pointer.to(values),
            status);
    check(status[0]);
    buffers.add(buffer);
    return buffer;
  }

  void run() {
    for (cl_kernel kernel : kernels) {
      check(CL.clEnqueueNDRangeKernel(queue, kernel, 3, null, sizes, null, 0, null, null));
    }
    check(CL.clFinish(queue));
  }

  float[] result() {
    run();
    float[] values = new float[(int) (shape.batch() * shape.shape().elements())];
    check(
        CL.clEnqueueReadBuffer(
            queue,
            last,
            true,
            0,
            (long) values.length * Float.BYTES,
            Pointer.to(values),
            0,
            null,
            null));
    return values;
  }

  private static void check(int status) {
    if (status != CL.CL_SUCCESS) {
      throw new IllegalStateException("OpenCL: " + CL.stringFor_errorCode(status));
    }
  }

  @Override
  public void close() {
    kernels.forEach(CL::clReleaseKernel);
    buffers.forEach(CL::clReleaseMemObject);
    CL.clReleaseCommandQueue(queue);
    CL.clReleaseContext(context);
  }
}
