package dev.shiftwise.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;
import org.jocl.cl_program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults planted in kernels: were one not found, silence would prove nothing. */
@Execution(ExecutionMode.CONCURRENT)
class OclgrindTest {
  @TempDir private Path folder = Path.of("");

  private String complaintsOf(String kernel) throws IOException, InterruptedException {
    Oclgrind.Report report = Oclgrind.installed().run(folder, Planted.class, kernel);
    assertEquals("Oclgrind ran " + kernel, report.output());
    return report.complaints();
  }

  @Test
  void nothingIsFoundWhereNothingIsWrong() throws Exception {
    assertEquals("", complaintsOf("right"));
  }

  @ParameterizedTest
  @CsvSource({
    "reads_behind_the_end, Invalid read of size 4 at global memory",
    "reads_a_vector_half_behind_the_end, Invalid read of size 8 at global memory",
    "writes_before_the_start, Invalid write of size 4 at global memory",
    "leaves_local_memory, Invalid write of size 4 at local memory",
    "groups_race, Write-write data race at global memory",
    "groups_race_with_one_value, Write-write data race at global memory",
    "group_reads_what_another_writes, Read-write data race at global memory",
    "misses_a_barrier, Read-write data race at local memory",
    "not_all_reach_the_barrier, Work-group divergence detected (barrier)"
  })
  void aPlantedFaultIsFound(String kernel, String found) throws Exception {
    String complaints = complaintsOf(kernel);
    assertTrue(complaints.contains(found), complaints);
    assertTrue(
        Pattern.compile("Kernel: +" + kernel + "$", Pattern.MULTILINE).matcher(complaints).find(),
        complaints);
  }

  /** Runs one of the kernels over four work-groups: a program of its own. */
  static final class Planted {
    private static final int ITEMS = 8;
    private static final int GROUPS = 4;

    private Planted() {}

    // The test reads the standard output of this program.
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws IOException {
      ClDevice device = Probing.look().devices().getFirst();
      try (InputStream in = OclgrindTest.class.getResourceAsStream("planted.cl")) {
        String source = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        run(device, source, args[0]);
      }
      System.out.println(device.facts().platform() + " ran " + args[0]);
    }

    @SuppressWarnings("deprecation")
    private static void run(ClDevice device, String source, String name) {
      int[] status = new int[1];
      cl_device_id[] ids = {device.id()};
      cl_context_properties properties = new cl_context_properties();
      properties.addProperty(CL.CL_CONTEXT_PLATFORM, device.platform());
      cl_context context = CL.clCreateContext(properties, 1, ids, null, null, status);
      Cl.check(status[0], "clCreateContext");
      cl_program program =
          CL.clCreateProgramWithSource(context, 1, new String[] {source}, null, status);
      Cl.check(status[0], "clCreateProgramWithSource");
      Cl.check(
          CL.clBuildProgram(program, 1, ids, "-cl-std=CL1.2 -DITEMS=" + ITEMS, null, null),
          "clBuildProgram");
      cl_kernel kernel = CL.clCreateKernel(program, name, status);
      Cl.check(status[0], "clCreateKernel");
      cl_command_queue queue = CL.clCreateCommandQueue(context, device.id(), 0, status);
      Cl.check(status[0], "clCreateCommandQueue");

      float[] values = new float[ITEMS * GROUPS];
      for (int i = 0; i < values.length; i++) {
        values[i] = i + 1;
      }
      for (int i = 0; i < 2; i++) {
        cl_mem buffer =
            CL.clCreateBuffer(
                context,
                CL.CL_MEM_READ_WRITE | CL.CL_MEM_COPY_HOST_PTR,
                (long) values.length * Float.BYTES,
                Pointer.to(values),
                status);
        Cl.check(status[0], "clCreateBuffer");
        Cl.check(CL.clSetKernelArg(kernel, i, Sizeof.cl_mem, Pointer.to(buffer)), "clSetKernelArg");
      }
      Cl.check(
          CL.clEnqueueNDRangeKernel(
              queue,
              kernel,
              1,
              null,
              new long[] {(long) ITEMS * GROUPS},
              new long[] {ITEMS},
              0,
              null,
              null),
          "clEnqueueNDRangeKernel");
      Cl.check(CL.clFinish(queue), "clFinish");
    }
  }
}
