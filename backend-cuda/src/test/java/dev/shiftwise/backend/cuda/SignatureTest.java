package dev.shiftwise.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Java believes of C's functions and constants is what the headers say.
 *
 * <p>Two steps: the C declaration beside each method is the header's, which a C compiler confirms
 * where there is one and the header; and the method's Java types are those of that declaration,
 * which is checked everywhere.
 */
class SignatureTest {
  /** With it the header declares every function under the name that the library exports. */
  private static final String EXPORTED_NAMES = "-D__CUDA_API_VERSION_INTERNAL";

  @TempDir private Path folder = Path.of("");

  static Stream<Method> functions() {
    return Stream.of(CudaDriver.class, Nvrtc.class, Cudnn.class, Cublas.class)
        .flatMap(SignatureTest::functionsOf);
  }

  private static Stream<Method> functionsOf(Class<?> library) {
    return Arrays.stream(library.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(Signature.class));
  }

  private static CSignature signature(Method method) {
    Signature signature = method.getAnnotation(Signature.class);
    assertNotNull(signature, method::toString);
    return CSignature.of(signature.value());
  }

  private static List<CSignature> signaturesOf(Class<?> library) {
    return functionsOf(library).map(SignatureTest::signature).toList();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void theMethodIsItsDeclarationInJava(Method method) {
    CSignature signature = signature(method);
    assertEquals(signature.name(), method.getName());
    assertEquals(signature.carriers(), List.of(method.getParameterTypes()), signature::toString);
    assertEquals(signature.resultCarrier(), method.getReturnType(), signature::toString);
  }

  /** A function without a declaration would go unchecked. */
  @ParameterizedTest
  @ValueSource(classes = {CudaDriver.class, Nvrtc.class, Cudnn.class, Cublas.class})
  void everyFunctionHasADeclaration(Class<?> library) {
    List<String> addresses =
        Arrays.stream(library.getDeclaredFields())
            .filter(field -> !Modifier.isStatic(field.getModifiers()))
            .map(Field::getName)
            .sorted()
            .toList();
    assertEquals(addresses, functionsOf(library).map(Method::getName).sorted().toList());
    assertTrue(addresses.size() > 7, addresses::toString);
  }

  @Test
  void theDriversFunctionsAreThoseOfItsHeader() throws Exception {
    assertEquals(List.of(), wrong("cuda.h", signatureLines(signaturesOf(CudaDriver.class))));
  }

  @Test
  void nvrtcsFunctionsAreThoseOfItsHeader() throws Exception {
    assertEquals(List.of(), wrong("nvrtc.h", signatureLines(signaturesOf(Nvrtc.class))));
  }

  @Test
  void theDriversConstantsAreThoseOfItsHeader() throws Exception {
    List<String> lines = new ArrayList<>(constantLines(CudaConstants.class, "CU"));
    lines.add(line("sizeof(CUuuid) == 16", "CUuuid"));
    lines.add(line("sizeof(CUdeviceptr) == 8", "CUdeviceptr"));
    assertEquals(List.of(), wrong("cuda.h", lines));
  }

  @Test
  void nvrtcsConstantsAreThoseOfItsHeader() throws Exception {
    assertEquals(List.of(), wrong("nvrtc.h", constantLines(Nvrtc.class, "NVRTC")));
  }

  @Test
  void cudnnsFunctionsAndConstantsAreThoseOfItsHeader() throws Exception {
    List<String> lines = new ArrayList<>(signatureLines(signaturesOf(Cudnn.class)));
    lines.addAll(constantLines(Cudnn.class, "CUDNN"));
    String result = "cudnnConvolutionFwdAlgoPerf_t";
    lines.add(line("sizeof(" + result + ") == " + CudnnConvolution.RESULT, result));
    lines.add(
        line("__builtin_offsetof(" + result + ", algo) == " + CudnnConvolution.ALGORITHM, "algo"));
    lines.add(
        line("__builtin_offsetof(" + result + ", status) == " + CudnnConvolution.STATUS, "status"));
    assertEquals(List.of(), wrong("cudnn.h", lines));
  }

  @Test
  void cublasFunctionsAndConstantsAreThoseOfItsHeader() throws Exception {
    List<String> lines = new ArrayList<>(signatureLines(signaturesOf(Cublas.class)));
    lines.addAll(constantLines(Cublas.class, "CUBLAS"));
    assertEquals(List.of(), wrong("cublas_v2.h", lines));
  }

  /** Were these not found, silence would prove nothing. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        // signed, narrower, without const, one too few, by value, another handle, another result
        "CUresult cuInit(int Flags)",
        "CUresult cuMemAlloc_v2(CUdeviceptr *dptr, unsigned int bytesize)",
        "CUresult cuModuleLoadData(CUmodule *module, void *image)",
        "CUresult cuEventElapsedTime(float *pMilliseconds, CUevent hStart)",
        "CUresult cuCtxPopCurrent_v2(CUcontext pctx)",
        "CUresult cuEventRecord(CUevent hEvent, CUevent hStream)",
        "int *cuStreamSynchronize(CUstream hStream)"
      })
  void aWrongDeclarationIsFound(String declaration) throws Exception {
    CSignature planted = CSignature.of(declaration);
    List<CSignature> signatures = new ArrayList<>(signaturesOf(CudaDriver.class));
    assertTrue(signatures.removeIf(one -> one.name().equals(planted.name())));
    signatures.add(planted);
    assertEquals(List.of(planted.name()), wrong("cuda.h", signatureLines(signatures)));
  }

  @Test
  void aWrongConstantIsFound() throws Exception {
    assertEquals(
        List.of("CUDA_ERROR_NO_DEVICE"),
        wrong("cuda.h", List.of(line("CUDA_ERROR_NO_DEVICE == 101", "CUDA_ERROR_NO_DEVICE"))));
  }

  @Test
  void aMethodOfOtherTypesIsFound() {
    CSignature narrow = CSignature.of("CUresult f(void *p, size_t n, unsigned int flags)");
    assertNotEquals(List.of(MemorySegment.class, int.class), narrow.carriers());
    assertEquals(
        "[interface java.lang.foreign.MemorySegment, long, int]", narrow.carriers().toString());
    assertThrows(
        IllegalArgumentException.class, () -> CSignature.of("CUresult f(half x)").carriers());
  }

  private static List<String> signatureLines(List<CSignature> signatures) {
    return signatures.stream()
        .map(
            one ->
                "typedef "
                    + one.as("declared_" + one.name())
                    + "; "
                    + line(
                        "__builtin_types_compatible_p(__typeof__("
                            + one.name()
                            + "), declared_"
                            + one.name()
                            + ")",
                        one.name()))
        .toList();
  }

  private static List<String> constantLines(Class<?> type, String prefix)
      throws IllegalAccessException {
    List<String> lines = new ArrayList<>();
    for (Field field : type.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers())
          && field.getType() == int.class
          && field.getName().startsWith(prefix)) {
        lines.add(line(field.getName() + " == " + field.getInt(null), field.getName()));
      }
    }
    assertTrue(lines.size() >= 3, lines::toString);
    return lines;
  }

  private static String line(String assertion, String name) {
    return "_Static_assert(" + assertion + ", \"<" + name + ">\");";
  }

  /** Returns the names in the assertions that a C compiler does not confirm. */
  private List<String> wrong(String header, List<String> lines)
      throws IOException, InterruptedException {
    CCompiler compiler = CCompiler.installed();
    List<String> flags = new ArrayList<>(List.of(EXPORTED_NAMES));
    Headers.foldersFor(header).forEach(include -> flags.add("-I" + include));
    List<String> text = new ArrayList<>();
    text.add("#include <" + header + ">");
    text.addAll(lines);
    Path source = Files.write(folder.resolve("assertions.c"), text);
    Tool.Outcome outcome = compiler.check(source, flags);
    List<String> wrong =
        lines.stream()
            .map(line -> line.substring(line.lastIndexOf('<') + 1, line.lastIndexOf('>')))
            .filter(name -> outcome.messages().contains("assertion failed: \"<" + name + ">\""))
            .toList();
    // Whatever else the compiler says is no answer to the question.
    assertEquals(
        wrong.size(),
        outcome.messages().lines().filter(line -> line.contains("error:")).count(),
        outcome.messages());
    assertEquals(wrong.isEmpty(), outcome.status() == 0, outcome.messages());
    return wrong;
  }
}
