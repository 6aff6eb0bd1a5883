package dev.shiftwise.backend.cuda;

import static dev.shiftwise.backend.cuda.CudaConstants.CUDA_ERROR_ILLEGAL_ADDRESS;
import static dev.shiftwise.backend.cuda.CudaConstants.CUDA_SUCCESS;
import static dev.shiftwise.backend.cuda.Planted.check;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.cuda.Planted.Compiled;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Right kernels compute what they should, and mistakes planted in kernels are found. */
class SoftwareDriverTest {
  private final SoftwareDriver software = SoftwareDriver.fresh();
  private final Planted planted = new Planted(software);

  @BeforeEach
  void nothingIsThere() {
    assertEquals("", software.log());
  }

  @AfterEach
  void close() {
    planted.close();
    assertEquals(0, software.count("contexts"));
  }

  private static float[] values(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i + 1;
    }
    return values;
  }

  private static float[] computed(int count, IntToFloat function) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = function.at(i);
    }
    return values;
  }

  private interface IntToFloat {
    float at(int i);
  }

  @Test
  void aKernelComputes() {
    long x = planted.device(values(100));
    long y = planted.device(new float[100]);
    check(planted.launch("copies", 2, 64, x, y, 100));
    assertArrayEquals(values(100), planted.fetch(y, 100));
  }

  /** A stream that does not wait for the legacy one may be faster than a copy in that. */
  @Test
  void uploadsOfPlainMemoryAreNotThereAtOnce() {
    long x = planted.beingUploaded(values(100));
    long y = planted.device(new float[100]);
    long z = planted.beingUploaded(values(100));
    check(planted.launch("copies", 2, 64, z, y, 100));
    float[] early = planted.fetch(y, 100);
    assertTrue(Float.isNaN(early[0]), "it was there already: " + early[0]);
    // The wait for y's upload was one for x's too.
    check(planted.launch("copies", 2, 64, x, y, 100));
    assertArrayEquals(values(100), planted.fetch(y, 100));
  }

  @Test
  void structsAndNumbersArePassedByValue() {
    long x = planted.device(values(1000));
    long y = planted.device(new float[1000]);
    MemorySegment scaled = planted.arena.allocate(16);
    scaled.set(JAVA_LONG, 0, x);
    scaled.set(JAVA_FLOAT, 8, 0.5f);
    check(planted.launch("takes_structs", 3, 256, scaled, y, 1000L, 3f));
    assertArrayEquals(computed(1000, i -> 0.5f * (i + 1) + 3), planted.fetch(y, 1000));
    assertNotEquals(CUDA_SUCCESS, planted.launch("takes_structs", 1, 257, scaled, y, 1000L, 3f));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 77})
  void barriersAreHonouredInEveryOrder(int seed) {
    software.set("seed", seed);
    long x = planted.device(values(640));
    long y = planted.device(new float[640]);
    check(planted.launch("reverses", 10, 64, x, y));
    assertArrayEquals(computed(640, i -> i / 64 * 64 + 64 - i % 64), planted.fetch(y, 640));
  }

  @Test
  void warpsExchangeValues() {
    long x = planted.device(values(128));
    long y = planted.device(new float[128]);
    check(planted.launch("sums_warps", 1, 128, x, y));
    float[] sums = computed(4, w -> IntStream.range(32 * w, 32 * w + 32).map(i -> i + 1).sum());
    assertArrayEquals(sums, planted.fetch(y, 4));
    check(planted.launch("moves_down", 1, 128, x, y));
    assertArrayEquals(computed(128, i -> i % 8 == 7 ? i + 1 : i + 2), planted.fetch(y, 128));
    check(planted.launch("takes_first", 1, 128, x, y));
    assertArrayEquals(computed(128, i -> i / 32 * 32 + 1), planted.fetch(y, 128));
    assertEquals("", software.log());
  }

  @ParameterizedTest
  @CsvSource({
    "writes_behind, 1, 65, 700, write of 4 bytes, ' 0 bytes behind the end of an allocation'",
    "reads_before, 1, 64, 700, read of 4 bytes, ' 4 bytes in front of an allocation'",
    "leaves_shared_memory, 1, 64, 700, index 64 is out of bounds, 'float [64]'",
    "leaves_shared_memory_by_a_pointer, 1, 64, 700, read of 4 bytes of shared, outside of every",
    "reads_unaligned, 1, 1, 716, is no multiple of 16, float4",
    "lacks_a_barrier, 1, 64, 719, race, shared memory",
    "barrier_for_some, 1, 64, 719, waits at the barrier of line, has ended",
    "two_barriers, 1, 64, 719, waits at the barrier of line, others wait at that of line",
    "lanes_that_left, 1, 64, 719, waits in a shuffle of line, has ended",
    "blocks_write_the_same, 2, 64, 719, race: write, global memory",
    "block_reads_what_another_writes, 2, 32, 719, race, global memory",
    "follows_a_pointer, 1, 1, 700, read of, no memory of the device"
  })
  void aPlantedMistakeIsFound(
      String kernel, int blocks, int threads, int result, String words, String more) {
    // Sequential order: which of two mistakes comes first is not left to the seed.
    software.set("seed", 0);
    long x = planted.device(values(64));
    long y = planted.device(new float[64]);
    check(planted.launch(kernel, blocks, threads, x, y));
    assertEquals(result, planted.synchronize());
    String log = software.log();
    assertTrue(log.startsWith("kernel " + kernel + ", block ("), log);
    assertTrue(log.contains(words), log);
    assertTrue(log.contains(more), log);
    // A context that is broken so stays broken.
    assertEquals(result, planted.cuda.cuMemsetD32Async(y, 0, 1, planted.stream));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void aMissingBarrierShowsInTheResultToo(int seed) {
    software.set("seed", seed);
    software.set("races", 0);
    long x = planted.device(values(64));
    long y = planted.device(new float[64]);
    check(planted.launch("lacks_a_barrier", 1, 64, x, y));
    float[] found = planted.fetch(y, 64);
    assertTrue(IntStream.range(0, 64).anyMatch(i -> Float.isNaN(found[i])));
  }

  @Test
  void whatNobodyWroteIsNotANumber() {
    long x = planted.device(values(64));
    MemorySegment out = planted.arena.allocate(JAVA_LONG);
    check(planted.cuda.cuMemAlloc_v2(out, 64 * Float.BYTES));
    long y = out.get(JAVA_LONG, 0);
    float[] fresh = planted.fetch(y, 64);
    assertTrue(Float.isNaN(fresh[0]) && Float.isNaN(fresh[63]));
    check(planted.launch("reads_what_nobody_wrote", 1, 64, x, y));
    float[] found = planted.fetch(y, 64);
    assertEquals(64, found[62]);
    assertTrue(Float.isNaN(found[63]));
  }

  @Test
  void aReadOfFreedMemoryIsFound() {
    long x = planted.device(values(64));
    long y = planted.device(new float[64]);
    check(planted.cuda.cuMemFree_v2(x));
    planted.device(values(64));
    check(planted.launch("copies", 1, 64, x, y, 64));
    assertEquals(CUDA_ERROR_ILLEGAL_ADDRESS, planted.synchronize());
    assertTrue(software.log().contains("in memory that was freed"), software.log());
  }

  @Test
  void aReplayEqualsALaunch() {
    long x = planted.device(values(64));
    long y = planted.device(new float[64]);
    MemorySegment in = planted.pinned(computed(64, i -> 2 * i));
    MemorySegment out = planted.pinned(new float[64]);
    MemorySegment handle = planted.arena.allocate(ADDRESS);
    CudaDriver cuda = planted.cuda;
    planted.kernel("reverses");
    check(cuda.cuStreamBeginCapture_v2(planted.stream, 0));
    check(cuda.cuMemcpyHtoDAsync_v2(x, in, in.byteSize(), planted.stream));
    check(cuda.cuMemsetD32Async(y, 0, 64, planted.stream));
    check(planted.launch("reverses", 1, 64, x, y));
    check(cuda.cuMemcpyDtoHAsync_v2(out, y, out.byteSize(), planted.stream));
    check(cuda.cuStreamEndCapture(planted.stream, handle));
    MemorySegment graph = handle.get(ADDRESS, 0);
    check(cuda.cuGraphInstantiateWithFlags(handle, graph, 0));
    MemorySegment executable = handle.get(ADDRESS, 0);
    check(cuda.cuGraphDestroy(graph));
    assertArrayEquals(values(64), planted.fetch(x, 64), "a capture runs nothing");

    for (int run = 0; run < 3; run++) {
      int start = 100 * run;
      in.copyFrom(MemorySegment.ofArray(computed(64, i -> start + i)));
      check(cuda.cuGraphLaunch(executable, planted.stream));
      check(planted.synchronize());
      float[] replayed = out.toArray(JAVA_FLOAT);
      assertArrayEquals(computed(64, i -> start + 63 - i), replayed);
      check(planted.launch("reverses", 1, 64, x, y));
      assertArrayEquals(replayed, planted.fetch(y, 64));
    }
    check(cuda.cuGraphExecDestroy(executable));
    assertEquals(3, software.count("replays"));
    assertEquals(0, software.count("graphs") + software.count("executables"));
  }

  @Test
  void aResultIsThereOnlyAfterSynchronisation() {
    long x = planted.device(values(64));
    long y = planted.device(new float[64]);
    MemorySegment out = planted.pinned(new float[64]);
    check(planted.launch("copies", 1, 64, x, y, 64));
    check(planted.cuda.cuMemcpyDtoHAsync_v2(out, y, out.byteSize(), planted.stream));
    assertArrayEquals(new float[64], out.toArray(JAVA_FLOAT));
    check(planted.synchronize());
    assertArrayEquals(values(64), out.toArray(JAVA_FLOAT));
  }

  @Test
  void pinnedMemoryIsReadWhenTheCopyRuns() {
    long x = planted.device(new float[64]);
    MemorySegment in = planted.pinned(values(64));
    check(planted.cuda.cuMemcpyHtoDAsync_v2(x, in, in.byteSize(), planted.stream));
    in.fill((byte) 0);
    assertArrayEquals(new float[64], planted.fetch(x, 64));
  }

  @Test
  void memoryThatIsFreedBeforeItsCopyRunsIsFound() {
    long x = planted.device(new float[64]);
    MemorySegment in = planted.pinned(values(64));
    check(planted.cuda.cuMemcpyHtoDAsync_v2(x, in, in.byteSize(), planted.stream));
    check(planted.cuda.cuMemFreeHost(in));
    assertEquals(CUDA_ERROR_ILLEGAL_ADDRESS, planted.synchronize());
    assertTrue(software.log().contains("freed before it ran"), software.log());
  }

  @Test
  @SuppressWarnings("restricted")
  void whatIsWrittenBesidePinnedMemoryIsFound() {
    MemorySegment in = planted.pinned(values(64));
    in.reinterpret(in.byteSize() + 1).set(JAVA_BYTE, 256, (byte) 1);
    assertEquals(CUDA_ERROR_ILLEGAL_ADDRESS, planted.synchronize());
    assertTrue(software.log().contains("written behind it"), software.log());
  }

  @Test
  void workAtOnceGivesTheSame() throws InterruptedException {
    software.set("late", 0);
    long x = planted.device(values(64));
    long y = planted.device(new float[64]);
    MemorySegment out = planted.pinned(new float[64]);
    check(planted.launch("copies", 1, 64, x, y, 64));
    check(planted.cuda.cuMemcpyDtoHAsync_v2(out, y, out.byteSize(), planted.stream));
    for (int i = 0; i < 1000 && out.getAtIndex(JAVA_FLOAT, 63) == 0; i++) {
      Thread.sleep(1);
    }
    assertArrayEquals(values(64), out.toArray(JAVA_FLOAT));
    check(planted.synchronize());
  }

  @Test
  void anErrorOfTheCompilerIsInTheLog() {
    Compiled failed =
        Compiled.of(
            software.nvrtc(), "extern \"C\" __global__ void k() {\n  nonsense();\n}\n", sm(80));
    assertEquals(Nvrtc.NVRTC_ERROR_COMPILATION, failed.status());
    assertTrue(failed.log().contains("planted.cu:2:3: error: "), failed.log());
    assertTrue(failed.log().contains("nonsense"), failed.log());
  }

  @Test
  void aProgramIsCompiledOnce() {
    String source = "extern \"C\" __global__ void k() {} // " + System.nanoTime();
    long before = software.compiled();
    Compiled first = Compiled.of(software.nvrtc(), source, sm(80));
    assertEquals(before + 1, software.compiled());
    Compiled second = Compiled.of(software.nvrtc(), source, sm(80));
    assertEquals(-1, first.cubin().mismatch(second.cubin()));
    assertEquals(before + 1, software.compiled());
    assertEquals(0, Compiled.of(software.nvrtc(), source + "x", sm(80)).status());
    assertEquals(before + 2, software.compiled());
  }

  @Test
  void aCubinIsForItsArchitecture() {
    String source = "extern \"C\" __global__ void k() {}";
    MemorySegment out = planted.arena.allocate(ADDRESS);
    try (Arena arena = Arena.ofConfined()) {
      Nvrtc nvrtc = software.nvrtc();
      MemorySegment newer = Compiled.of(nvrtc, source, sm(90)).cubin();
      assertEquals(
          CudaConstants.CUDA_ERROR_NO_BINARY_FOR_GPU, planted.cuda.cuModuleLoadData(out, newer));
      software.set("capability", 90);
      check(planted.cuda.cuModuleLoadData(out, newer));
      MemorySegment text = arena.allocateFrom("not a CUBIN at all");
      assertEquals(
          CudaConstants.CUDA_ERROR_INVALID_IMAGE, planted.cuda.cuModuleLoadData(out, text));
      assertEquals(Nvrtc.NVRTC_ERROR_INVALID_OPTION, Compiled.of(nvrtc, source, sm(123)).status());
    }
  }

  private static List<String> sm(int architecture) {
    return List.of("--std=c++17", "--gpu-architecture=sm_" + architecture);
  }
}
