package dev.shiftwise.backend.cuda;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A C function's declaration, taken apart.
 *
 * @param result the type that it returns
 * @param name its name
 * @param parameters their declarations, such as {@code const char *name}
 */
record CSignature(String result, String name, List<String> parameters) {
  private static final Pattern DECLARATION =
      Pattern.compile("(?<result>.+?)\\b(?<name>\\w+)\\((?<parameters>.*)\\)");

  private static final Pattern PARAMETER = Pattern.compile("(?<type>.+?)\\b\\w+");

  private static final Set<String> INTS =
      Set.of(
          "int",
          "unsigned int",
          "CUresult",
          "CUdevice",
          "CUdevice_attribute",
          "CUfunction_attribute",
          "CUstreamCaptureMode",
          "nvrtcResult",
          "const int",
          "cudnnStatus_t",
          "cudnnDataType_t",
          "cudnnTensorFormat_t",
          "cudnnConvolutionMode_t",
          "cudnnMathType_t",
          "cudnnActivationMode_t",
          "cudnnNanPropagation_t",
          "cudnnConvolutionFwdAlgo_t",
          "cublasStatus_t",
          "cublasMath_t",
          "cublasOperation_t");

  private static final Set<String> LONGS = Set.of("size_t", "unsigned long long", "CUdeviceptr");

  private static final Set<String> HANDLES =
      Set.of(
          "CUcontext",
          "CUmodule",
          "CUfunction",
          "CUstream",
          "CUevent",
          "CUgraph",
          "CUgraphExec",
          "nvrtcProgram",
          "cudaStream_t",
          "cudnnHandle_t",
          "cudnnTensorDescriptor_t",
          "cudnnFilterDescriptor_t",
          "cudnnConvolutionDescriptor_t",
          "cudnnActivationDescriptor_t",
          "cublasHandle_t");

  /** Takes a declaration apart. */
  static CSignature of(String declaration) {
    Matcher matcher = DECLARATION.matcher(declaration);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no function: " + declaration);
    }
    return new CSignature(
        matcher.group("result").strip(),
        matcher.group("name"),
        matcher.group("parameters").equals("void")
            ? List.of()
            : Arrays.stream(matcher.group("parameters").split(",", -1))
                .map(String::strip)
                .toList());
  }

  /** Returns the Java types of the parameters, as the ABI of 64-bit systems has them. */
  List<Class<?>> carriers() {
    return parameters.stream().<Class<?>>map(CSignature::parameterCarrier).toList();
  }

  /** Returns the Java type of what it returns. */
  Class<?> resultCarrier() {
    return carrier(result);
  }

  private static Class<?> parameterCarrier(String parameter) {
    Matcher matcher = PARAMETER.matcher(parameter);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no parameter: " + parameter);
    }
    return carrier(matcher.group("type").strip());
  }

  private static Class<?> carrier(String type) {
    if (type.endsWith("*") || HANDLES.contains(type.replaceFirst("^const ", ""))) {
      return MemorySegment.class;
    }
    if (INTS.contains(type)) {
      return int.class;
    }
    if (LONGS.contains(type)) {
      return long.class;
    }
    if (type.equals("double")) {
      return double.class;
    }
    throw new IllegalArgumentException("a type that nobody has thought about: " + type);
  }

  /** Returns the declaration as one of another name. */
  String as(String other) {
    return result
        + " "
        + other
        + "("
        + (parameters.isEmpty() ? "void" : String.join(", ", parameters))
        + ")";
  }
}
