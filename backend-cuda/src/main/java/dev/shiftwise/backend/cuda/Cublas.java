package dev.shiftwise.backend.cuda;

import dev.shiftwise.backend.BackendException;
import java.lang.foreign.MemorySegment;

/**
 * The functions of cuBLAS, NVIDIA's library of linear algebra, that comparisons use: products of
 * many matrices, each named by its address.
 *
 * <p>Each method that returns a status returns it as it is; {@link #check} turns it into an
 * exception.
 */
@SuppressWarnings("MemberName")
final class Cublas {
  static final int CUBLAS_STATUS_SUCCESS = 0;
  static final int CUBLAS_OP_N = 0;
  static final int CUBLAS_DEFAULT_MATH = 0;

  private final MemorySegment cublasCreate_v2;
  private final MemorySegment cublasDestroy_v2;
  private final MemorySegment cublasGetVersion_v2;
  private final MemorySegment cublasGetStatusName;
  private final MemorySegment cublasSetStream_v2;
  private final MemorySegment cublasSetWorkspace_v2;
  private final MemorySegment cublasSetMathMode;
  private final MemorySegment cublasSgemmBatched;

  /**
   * Looks every function up.
   *
   * @throws NativeLibrary.MissingSymbolsException naming all that the library lacks
   */
  Cublas(NativeLibrary library) throws NativeLibrary.MissingSymbolsException {
    NativeLibrary.Symbols symbols = new NativeLibrary.Symbols(library);
    cublasCreate_v2 = symbols.address("cublasCreate_v2");
    cublasDestroy_v2 = symbols.address("cublasDestroy_v2");
    cublasGetVersion_v2 = symbols.address("cublasGetVersion_v2");
    cublasGetStatusName = symbols.address("cublasGetStatusName");
    cublasSetStream_v2 = symbols.address("cublasSetStream_v2");
    cublasSetWorkspace_v2 = symbols.address("cublasSetWorkspace_v2");
    cublasSetMathMode = symbols.address("cublasSetMathMode");
    cublasSgemmBatched = symbols.address("cublasSgemmBatched");
    symbols.check();
  }

  @Signature("cublasStatus_t cublasCreate_v2(cublasHandle_t *handle)")
  int cublasCreate_v2(MemorySegment handle) {
    return Downcalls.call(cublasCreate_v2, handle);
  }

  @Signature("cublasStatus_t cublasDestroy_v2(cublasHandle_t handle)")
  int cublasDestroy_v2(MemorySegment handle) {
    return Downcalls.call(cublasDestroy_v2, handle);
  }

  @Signature("cublasStatus_t cublasGetVersion_v2(cublasHandle_t handle, int *version)")
  int cublasGetVersion_v2(MemorySegment handle, MemorySegment version) {
    return Downcalls.call(cublasGetVersion_v2, handle, version);
  }

  @Signature("const char * cublasGetStatusName(cublasStatus_t status)")
  MemorySegment cublasGetStatusName(int status) {
    return Downcalls.address(cublasGetStatusName, status);
  }

  @Signature("cublasStatus_t cublasSetStream_v2(cublasHandle_t handle, cudaStream_t streamId)")
  int cublasSetStream_v2(MemorySegment handle, MemorySegment streamId) {
    return Downcalls.call(cublasSetStream_v2, handle, streamId);
  }

  @Signature(
      "cublasStatus_t cublasSetWorkspace_v2(cublasHandle_t handle, void *workspace, size_t workspaceSizeInBytes)")
  int cublasSetWorkspace_v2(
      MemorySegment handle, MemorySegment workspace, long workspaceSizeInBytes) {
    return Downcalls.call(cublasSetWorkspace_v2, handle, workspace, workspaceSizeInBytes);
  }

  @Signature("cublasStatus_t cublasSetMathMode(cublasHandle_t handle, cublasMath_t mode)")
  int cublasSetMathMode(MemorySegment handle, int mode) {
    return Downcalls.call(cublasSetMathMode, handle, mode);
  }

  @Signature(
      "cublasStatus_t cublasSgemmBatched(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n, int k, const float *alpha, const float * const *Aarray, int lda, const float * const *Barray, int ldb, const float *beta, float * const *Carray, int ldc, int batchCount)")
  int cublasSgemmBatched(
      MemorySegment handle,
      int transa,
      int transb,
      int m,
      int n,
      int k,
      MemorySegment alpha,
      MemorySegment aarray,
      int lda,
      MemorySegment barray,
      int ldb,
      MemorySegment beta,
      MemorySegment carray,
      int ldc,
      int batchCount) {
    return LibraryCalls.call(
        cublasSgemmBatched,
        handle,
        transa,
        transb,
        m,
        n,
        k,
        alpha,
        aarray,
        lda,
        barray,
        ldb,
        beta,
        carray,
        ldc,
        batchCount);
  }

  /**
   * Throws unless a call succeeded.
   *
   * @param call what was called, for the message
   * @throws BackendException with the status in words
   */
  void check(int result, String call) {
    if (result != CUBLAS_STATUS_SUCCESS) {
      throw new BackendException(call + " returned " + word(result));
    }
  }

  /** Returns a status as its name and number. */
  String word(int result) {
    return Downcalls.text(cublasGetStatusName(result)) + " (" + result + ")";
  }
}
