package dev.shiftwise.backend.cuda;

import dev.shiftwise.backend.BackendException;
import java.lang.foreign.MemorySegment;

/**
 * The functions of NVRTC, CUDA's compiler as a library, that this backend uses: those of NVRTC
 * 12.0.
 *
 * <p>Each method but the last returns the function's status, which {@link #check} turns into an
 * exception.
 */
@SuppressWarnings("MemberName")
final class Nvrtc {
  static final int NVRTC_SUCCESS = 0;
  static final int NVRTC_ERROR_OUT_OF_MEMORY = 1;
  static final int NVRTC_ERROR_INVALID_OPTION = 5;
  static final int NVRTC_ERROR_COMPILATION = 6;
  static final int NVRTC_ERROR_BUILTIN_OPERATION_FAILURE = 7;

  private final MemorySegment nvrtcVersion;
  private final MemorySegment nvrtcGetNumSupportedArchs;
  private final MemorySegment nvrtcGetSupportedArchs;
  private final MemorySegment nvrtcCreateProgram;
  private final MemorySegment nvrtcDestroyProgram;
  private final MemorySegment nvrtcCompileProgram;
  private final MemorySegment nvrtcGetCUBINSize;
  private final MemorySegment nvrtcGetCUBIN;
  private final MemorySegment nvrtcGetProgramLogSize;
  private final MemorySegment nvrtcGetProgramLog;
  private final MemorySegment nvrtcGetErrorString;

  /**
   * Looks every function up.
   *
   * @throws NativeLibrary.MissingSymbolsException naming all that the library lacks
   */
  Nvrtc(NativeLibrary library) throws NativeLibrary.MissingSymbolsException {
    NativeLibrary.Symbols symbols = new NativeLibrary.Symbols(library);
    nvrtcVersion = symbols.address("nvrtcVersion");
    nvrtcGetNumSupportedArchs = symbols.address("nvrtcGetNumSupportedArchs");
    nvrtcGetSupportedArchs = symbols.address("nvrtcGetSupportedArchs");
    nvrtcCreateProgram = symbols.address("nvrtcCreateProgram");
    nvrtcDestroyProgram = symbols.address("nvrtcDestroyProgram");
    nvrtcCompileProgram = symbols.address("nvrtcCompileProgram");
    nvrtcGetCUBINSize = symbols.address("nvrtcGetCUBINSize");
    nvrtcGetCUBIN = symbols.address("nvrtcGetCUBIN");
    nvrtcGetProgramLogSize = symbols.address("nvrtcGetProgramLogSize");
    nvrtcGetProgramLog = symbols.address("nvrtcGetProgramLog");
    nvrtcGetErrorString = symbols.address("nvrtcGetErrorString");
    symbols.check();
  }

  @Signature("nvrtcResult nvrtcVersion(int *major, int *minor)")
  int nvrtcVersion(MemorySegment major, MemorySegment minor) {
    return Downcalls.call(nvrtcVersion, major, minor);
  }

  @Signature("nvrtcResult nvrtcGetNumSupportedArchs(int *numArchs)")
  int nvrtcGetNumSupportedArchs(MemorySegment numArchs) {
    return Downcalls.call(nvrtcGetNumSupportedArchs, numArchs);
  }

  @Signature("nvrtcResult nvrtcGetSupportedArchs(int *supportedArchs)")
  int nvrtcGetSupportedArchs(MemorySegment supportedArchs) {
    return Downcalls.call(nvrtcGetSupportedArchs, supportedArchs);
  }

  @Signature(
      "nvrtcResult nvrtcCreateProgram(nvrtcProgram *prog, const char *src, "
          + "const char *name, int numHeaders, const char * const *headers, "
          + "const char * const *includeNames)")
  int nvrtcCreateProgram(
      MemorySegment prog,
      MemorySegment src,
      MemorySegment name,
      int numHeaders,
      MemorySegment headers,
      MemorySegment includeNames) {
    return Downcalls.call(nvrtcCreateProgram, prog, src, name, numHeaders, headers, includeNames);
  }

  @Signature("nvrtcResult nvrtcDestroyProgram(nvrtcProgram *prog)")
  int nvrtcDestroyProgram(MemorySegment prog) {
    return Downcalls.call(nvrtcDestroyProgram, prog);
  }

  @Signature(
      "nvrtcResult nvrtcCompileProgram(nvrtcProgram prog, int numOptions, "
          + "const char * const *options)")
  int nvrtcCompileProgram(MemorySegment prog, int numOptions, MemorySegment options) {
    return Downcalls.call(nvrtcCompileProgram, prog, numOptions, options);
  }

  @Signature("nvrtcResult nvrtcGetCUBINSize(nvrtcProgram prog, size_t *cubinSizeRet)")
  int nvrtcGetCUBINSize(MemorySegment prog, MemorySegment cubinSizeRet) {
    return Downcalls.call(nvrtcGetCUBINSize, prog, cubinSizeRet);
  }

  @Signature("nvrtcResult nvrtcGetCUBIN(nvrtcProgram prog, char *cubin)")
  int nvrtcGetCUBIN(MemorySegment prog, MemorySegment cubin) {
    return Downcalls.call(nvrtcGetCUBIN, prog, cubin);
  }

  @Signature("nvrtcResult nvrtcGetProgramLogSize(nvrtcProgram prog, size_t *logSizeRet)")
  int nvrtcGetProgramLogSize(MemorySegment prog, MemorySegment logSizeRet) {
    return Downcalls.call(nvrtcGetProgramLogSize, prog, logSizeRet);
  }

  @Signature("nvrtcResult nvrtcGetProgramLog(nvrtcProgram prog, char *log)")
  int nvrtcGetProgramLog(MemorySegment prog, MemorySegment log) {
    return Downcalls.call(nvrtcGetProgramLog, prog, log);
  }

  @Signature("const char * nvrtcGetErrorString(nvrtcResult result)")
  MemorySegment nvrtcGetErrorString(int result) {
    return Downcalls.address(nvrtcGetErrorString, result);
  }

  /**
   * Throws unless a call succeeded.
   *
   * @param call what was called, for the message
   * @throws BackendException with the status in words
   */
  void check(int result, String call) {
    if (result != NVRTC_SUCCESS) {
      throw new BackendException(call + " returned " + word(result));
    }
  }

  /** Returns a status as its name and number. */
  String word(int result) {
    return Downcalls.text(nvrtcGetErrorString(result)) + " (" + result + ")";
  }
}
