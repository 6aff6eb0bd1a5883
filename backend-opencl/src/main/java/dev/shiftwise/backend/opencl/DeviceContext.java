package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.KernelCache;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jocl.CL;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_device_partition_property;
import org.jocl.cl_kernel;
import org.jocl.cl_program;
import org.jocl.cl_queue_properties;

/**
 * An OpenCL context over one device or a part of it, with the programs compiled in it. Safe for any
 * thread; OpenCL counts references, so that sessions may outlive it.
 */
final class DeviceContext implements AutoCloseable {
  private final ClDevice device;
  private final cl_device_id id;
  private final boolean isPart;
  private final cl_context context;
  private final ProgramCompiler compiler;
  private final Map<KernelSource, cl_program> programs = new ConcurrentHashMap<>();

  private DeviceContext(ClDevice device, cl_device_id id, boolean isPart, KernelCache cache) {
    this.device = device;
    this.id = id;
    this.isPart = isPart;
    cl_context_properties properties = new cl_context_properties();
    properties.addProperty(CL.CL_CONTEXT_PLATFORM, device.platform());
    int[] status = new int[1];
    this.context = CL.clCreateContext(properties, 1, new cl_device_id[] {id}, null, null, status);
    Cl.check(status[0], "clCreateContext");
    this.compiler = new ProgramCompiler(context, device, id, cache);
  }

  /** Opens the whole device. */
  static DeviceContext whole(ClDevice device, KernelCache cache) {
    return new DeviceContext(device, device.id(), false, cache);
  }

  /** Returns whether some of a device's compute units can be had alone. */
  static boolean isDivisible(ClDevice device) {
    ByteBuffer ways = Cl.bytes(device.id(), CL.CL_DEVICE_PARTITION_PROPERTIES);
    while (ways.remaining() >= Long.BYTES) {
      if (ways.getLong() == CL.CL_DEVICE_PARTITION_BY_COUNTS) {
        return true;
      }
    }
    return false;
  }

  /**
   * Opens some compute units of a device that can be divided.
   *
   * @throws BackendException if it cannot
   */
  static DeviceContext part(ClDevice device, int computeUnits, KernelCache cache) {
    cl_device_partition_property counts = new cl_device_partition_property();
    counts.addProperty(CL.CL_DEVICE_PARTITION_BY_COUNTS, computeUnits);
    // The counts end with a zero of their own, before the one of JOCL that ends all properties.
    counts.addProperty(CL.CL_DEVICE_PARTITION_BY_COUNTS_LIST_END, 0);
    cl_device_id[] part = new cl_device_id[1];
    Cl.check(
        CL.clCreateSubDevices(device.id(), counts, 1, part, null),
        "clCreateSubDevices(" + computeUnits + ")");
    try {
      return new DeviceContext(device, part[0], true, cache);
    } catch (BackendException e) {
      CL.clReleaseDevice(part[0]);
      throw e;
    }
  }

  ClDevice device() {
    return device;
  }

  cl_context handle() {
    return context;
  }

  /** Returns a new queue that runs what it is given in order; the caller releases it. */
  cl_command_queue queue(boolean profiling) {
    int[] status = new int[1];
    cl_command_queue queue;
    if (device.facts().major() >= 2) {
      cl_queue_properties properties = new cl_queue_properties();
      if (profiling) {
        properties.addProperty(CL.CL_QUEUE_PROPERTIES, CL.CL_QUEUE_PROFILING_ENABLE);
      }
      queue = CL.clCreateCommandQueueWithProperties(context, id, properties, status);
    } else {
      queue = queueOf1x(profiling, status);
    }
    Cl.check(status[0], "clCreateCommandQueue");
    return queue;
  }

  /** The only way to a queue before OpenCL 2.0. */
  @SuppressWarnings("deprecation")
  private cl_command_queue queueOf1x(boolean profiling, int[] status) {
    return CL.clCreateCommandQueue(
        context, id, profiling ? CL.CL_QUEUE_PROFILING_ENABLE : 0, status);
  }

  /** Returns a new kernel; the caller releases it. Compiles its program the first time. */
  cl_kernel kernel(KernelSource source) {
    cl_program program = programs.computeIfAbsent(source, compiler::compile);
    int[] status = new int[1];
    cl_kernel kernel = CL.clCreateKernel(program, source.file(), status);
    Cl.check(status[0], "clCreateKernel(" + source.file() + ")");
    return kernel;
  }

  /**
   * Releases programs and context, while no load is under way in them; what sessions still use
   * lives until they close.
   */
  @Override
  public void close() {
    programs.values().forEach(CL::clReleaseProgram);
    programs.clear();
    CL.clReleaseContext(context);
    if (isPart) {
      CL.clReleaseDevice(id);
    }
  }
}
