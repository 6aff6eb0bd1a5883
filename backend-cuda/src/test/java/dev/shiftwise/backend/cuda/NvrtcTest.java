package dev.shiftwise.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.BackendException;
import dev.shiftwise.conformance.Required;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** NVIDIA's own NVRTC, which needs no GPU: where this machine has one, or a property names it. */
class NvrtcTest {
  private static final String FILE = "shiftwise.test.nvrtc";

  private static final String SOURCE =
      """
      #include "common.cuh"
      extern "C" __global__ void fill(float* to, int count) {
        int i = blockIdx.x * blockDim.x + threadIdx.x;
        if (i < count) to[i] = VALUE;
      }
      """;

  /** ELF, 64 bits, of the machine number that NVIDIA has. */
  private static final byte[] ELF = {0x7f, 'E', 'L', 'F', 2};

  private static final int EM_CUDA = 190;

  private final Compiler compiler = installed();

  private static Compiler installed() {
    LibrarySearch search =
        new LibrarySearch(
            System::getenv,
            property -> System.getProperty(property.equals(LibrarySearch.NVRTC) ? FILE : property),
            Path.of("/"));
    Compilers compilers = new Compilers(search, 0);
    Optional<Compiler> found = compilers.forDevice(90);
    return Required.present(
        found, "nvrtc", "-D" + FILE + "=PATH names none: " + compilers.reasons());
  }

  private byte[] compile(String header) {
    try (NvrtcProgram program =
        new NvrtcProgram(compiler.nvrtc(), "fill.cu", SOURCE, Map.of("common.cuh", header))) {
      return program.compile(Compiler.options(90));
    }
  }

  @Test
  void itSaysWhatItIs() {
    assertTrue(compiler.major() >= 12, compiler::toString);
    assertTrue(compiler.architectures().contains(90), compiler::toString);
    assertEquals(90, compiler.architectureFor(90).orElseThrow());
    assertEquals(
        "NVRTC_ERROR_COMPILATION (6)", compiler.nvrtc().word(Nvrtc.NVRTC_ERROR_COMPILATION));
  }

  @Test
  void aKernelBecomesACubin() {
    byte[] cubin = compile("#define VALUE 1.5f\n");
    assertArrayEquals(ELF, Arrays.copyOf(cubin, ELF.length));
    assertEquals(EM_CUDA, cubin[18] & 0xff);
    assertTrue(new String(cubin, StandardCharsets.ISO_8859_1).contains(".text.fill"));
    assertArrayEquals(cubin, compile("#define VALUE 1.5f\n"));
  }

  /** As they ship, for three generations of devices. */
  @ParameterizedTest
  @EnumSource
  void everyFileOfKernelsCompiles(KernelSource source) {
    for (int architecture : List.of(80, 90, 100)) {
      try (NvrtcProgram program =
          new NvrtcProgram(
              compiler.nvrtc(), source.file(), source.text(), KernelSource.headers())) {
        byte[] cubin = program.compile(Compiler.options(architecture));
        assertArrayEquals(ELF, Arrays.copyOf(cubin, ELF.length));
        assertEquals("", program.log());
      }
    }
  }

  @Test
  void theCompilerIsQuoted() {
    Exception refused =
        assertThrows(BackendException.class, () -> compile("#define VALUE no_such_thing\n"));
    String message = String.valueOf(refused.getMessage());
    assertTrue(
        message.startsWith(
            "kernel 'fill.cu' does not compile: NVRTC_ERROR_COMPILATION (6): fill.cu(4): error:"),
        message);
    assertTrue(message.contains("no_such_thing"), message);
  }

  @Test
  void optionsThatDoNotExistAreRefused() {
    try (NvrtcProgram program =
        new NvrtcProgram(
            compiler.nvrtc(), "fill.cu", SOURCE, Map.of("common.cuh", "#define VALUE 1\n"))) {
      Exception refused =
          assertThrows(BackendException.class, () -> program.compile(List.of("--no-such-option")));
      assertTrue(
          String.valueOf(refused.getMessage()).contains("NVRTC_ERROR_INVALID_OPTION (5)"),
          refused::toString);
    }
  }
}
