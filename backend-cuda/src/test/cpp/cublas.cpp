// A stand-in for the few functions of cuBLAS that comparisons call.

#include <cstdio>
#include <set>
#include <vector>

#include "library.h"

using namespace softdriver;

namespace {

enum Status { SUCCESS = 0, NOT_INITIALIZED = 1, INVALID_VALUE = 7, EXECUTION_FAILED = 13, NOT_SUPPORTED = 15 };

struct Handle {
  CUstream stream = nullptr;
  void* workspace = nullptr;
};

std::set<Handle*>& handles() {
  static auto& all = *new std::set<Handle*>;
  return all;
}

#define CUBLAS_API extern "C" SOFTDRIVER_SHARED int
#define ENTER()                                 \
  const int injected = enter_library(__func__); \
  if (injected != SUCCESS) return injected
#define ENTER_WITH(HANDLE) \
  ENTER();                 \
  if (handles().count(HANDLE) == 0) return NOT_INITIALIZED

struct Product {
  int rows, columns, sums;
  float alpha;
  const float* const* a;
  int a_pitch;
  const float* const* b;
  int b_pitch;
  float beta;
  float* const* c;
  int c_pitch;
  int count;

  /** Bytes from the first element of a matrix to its last, which stands in columns. */
  static size_t extent(int rows, int columns, int pitch) {
    return (static_cast<size_t>(columns - 1) * pitch + rows) * sizeof(float);
  }

  std::string check(const Holds& holds) const {
    for (const void* array : {(const void*)a, (const void*)b, (const void*)c}) {
      if (!holds(array, count * sizeof(float*))) {
        return "cublasSgemmBatched: an array of addresses outside of any allocation";
      }
    }
    for (int i = 0; i < count; i++) {
      if (!holds(a[i], extent(rows, sums, a_pitch)) || !holds(b[i], extent(sums, columns, b_pitch)) ||
          !holds(c[i], extent(rows, columns, c_pitch))) {
        return "cublasSgemmBatched: matrix " + std::to_string(i) + " outside of any allocation";
      }
    }
    return "";
  }

  void compute() const {
    for (int i = 0; i < count; i++) {
      for (int column = 0; column < columns; column++) {
        for (int row = 0; row < rows; row++) {
          double sum = 0;
          for (int k = 0; k < sums; k++) {
            sum += static_cast<double>(a[i][static_cast<size_t>(k) * a_pitch + row]) *
                   b[i][static_cast<size_t>(column) * b_pitch + k];
          }
          float& to = c[i][static_cast<size_t>(column) * c_pitch + row];
          to = static_cast<float>(alpha * sum + (beta == 0 ? 0 : static_cast<double>(beta) * to));
        }
      }
    }
  }
};

}  // namespace

CUBLAS_API cublasCreate_v2(Handle** handle) {
  ENTER();
  *handle = new Handle;
  handles().insert(*handle);
  count_library("cublas handles", 1);
  return SUCCESS;
}

CUBLAS_API cublasDestroy_v2(Handle* handle) {
  // Given back in any case.
  const int result = enter_library(__func__);
  if (handles().erase(handle) == 0) {
    return NOT_INITIALIZED;
  }
  delete handle;
  count_library("cublas handles", -1);
  return result;
}

CUBLAS_API cublasGetVersion_v2(Handle* handle, int* version) {
  ENTER_WITH(handle);
  *version = 120900;
  return SUCCESS;
}

extern "C" SOFTDRIVER_SHARED const char* cublasGetStatusName(int status) {
  switch (status) {
    case SUCCESS:
      return "success";
    case NOT_INITIALIZED:
      return "the library was not initialized";
    case NOT_SUPPORTED:
      return "the functionality requested is not supported";
    default:
      return "unknown error";
  }
}

CUBLAS_API cublasSetStream_v2(Handle* handle, CUstream stream) {
  ENTER_WITH(handle);
  handle->stream = stream;
  handle->workspace = nullptr;
  return SUCCESS;
}

CUBLAS_API cublasSetWorkspace_v2(Handle* handle, void* workspace, size_t) {
  ENTER_WITH(handle);
  handle->workspace = workspace;
  return SUCCESS;
}

CUBLAS_API cublasSetMathMode(Handle* handle, int mode) {
  ENTER_WITH(handle);
  return mode == 0 ? SUCCESS : NOT_SUPPORTED;
}

CUBLAS_API cublasSgemmBatched(Handle* handle, int transposed_a, int transposed_b, int rows, int columns, int sums,
                              const float* alpha, const float* const* a, int a_pitch, const float* const* b,
                              int b_pitch, const float* beta, float* const* c, int c_pitch, int count) {
  ENTER_WITH(handle);
  if (transposed_a != 0 || transposed_b != 0) {
    return NOT_SUPPORTED;
  }
  if (rows < 1 || columns < 1 || sums < 1 || count < 1 || a_pitch < rows || b_pitch < sums || c_pitch < rows) {
    return INVALID_VALUE;
  }
  if (handle->workspace == nullptr && is_capturing(handle->stream)) {
    // It would have to be allocated.
    return EXECUTION_FAILED;
  }
  const Product product{rows, columns, sums, *alpha, a, a_pitch, b, b_pitch, *beta, c, c_pitch, count};
  return enqueue_library(
             handle->stream, [=](const Holds& holds) { return product.check(holds); },
             [=] { product.compute(); }) == CUDA_SUCCESS
             ? SUCCESS
             : EXECUTION_FAILED;
}
