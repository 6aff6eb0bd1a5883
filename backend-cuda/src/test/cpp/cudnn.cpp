// A stand-in for the few functions of cuDNN that comparisons call.

#include <cmath>
#include <set>
#include <string>

#include "library.h"

using namespace softdriver;

extern "C" CUresult cuStreamSynchronize(CUstream);

namespace {

enum Status { SUCCESS = 0, NOT_INITIALIZED = 1001, BAD_PARAM = 2000, NOT_SUPPORTED = 3000, EXECUTION_FAILED = 5000 };
enum Algorithm { PRECOMPUTED = 1, GEMM = 2, WINOGRAD = 6 };

/** Handles and descriptors, so that what is not one is noticed. */
std::set<const void*>& objects() {
  static auto& all = *new std::set<const void*>;
  return all;
}

struct Handle {
  CUstream stream = nullptr;
};

struct Tensor {
  int size[4];
  long stride[4];

  size_t bytes() const {
    size_t last = 0;
    for (int i = 0; i < 4; i++) {
      last += (size[i] - 1) * stride[i];
    }
    return (last + 1) * sizeof(float);
  }
  size_t at(int n, int c, int h, int w) const {
    return n * stride[0] + c * stride[1] + h * stride[2] + w * stride[3];
  }
};

struct Filter {
  int outputs, inputs, height, width;
};

struct Convolution {
  int top, left, stride_y, stride_x, dilation_y, dilation_x;
  int groups = 1;
  int math = 0;
};

struct Activation {
  int mode;
};

#define CUDNN_API extern "C" SOFTDRIVER_SHARED int
#define ENTER()                                 \
  const int injected = enter_library(__func__); \
  if (injected != SUCCESS) return injected

bool known(std::initializer_list<const void*> all) {
  for (const void* one : all) {
    if (objects().count(one) == 0) {
      return false;
    }
  }
  return true;
}

template <typename T>
int create(const char* name, T** made) {
  const int injected = enter_library(name);
  if (injected != SUCCESS) {
    return injected;
  }
  *made = new T{};
  objects().insert(*made);
  count_library("cudnn objects", 1);
  return SUCCESS;
}

template <typename T>
int destroy(const char* name, T* object) {
  // Given back in any case.
  const int result = enter_library(name);
  if (objects().erase(object) == 0) {
    return BAD_PARAM;
  }
  delete object;
  count_library("cudnn objects", -1);
  return result;
}

/** One call of a convolution; a copy of all that it was given. */
struct Run {
  Tensor input, output, added;
  Filter filter;
  Convolution convolution;
  const float *x, *w, *z, *bias;
  float* y;
  float factor, added_factor;
  bool relu;

  bool fits() const {
    const int height = (input.size[2] + 2 * convolution.top - convolution.dilation_y * (filter.height - 1) - 1) /
                           convolution.stride_y + 1;
    const int width = (input.size[3] + 2 * convolution.left - convolution.dilation_x * (filter.width - 1) - 1) /
                          convolution.stride_x + 1;
    return output.size[0] == input.size[0] && output.size[1] == filter.outputs && output.size[2] == height &&
           output.size[3] == width && input.size[1] == filter.inputs * convolution.groups &&
           filter.outputs % convolution.groups == 0;
  }

  std::string check(const Holds& holds) const {
    const size_t weights = static_cast<size_t>(filter.outputs) * filter.inputs * filter.height * filter.width;
    return holds(x, input.bytes()) && holds(y, output.bytes()) && holds(z, added.bytes()) &&
                   holds(w, weights * sizeof(float)) && holds(bias, filter.outputs * sizeof(float))
               ? ""
               : "cudnnConvolutionBiasActivationForward: a tensor outside of any allocation";
  }

  float element(int n, int o, int row, int column) const {
    const int group = o / (filter.outputs / convolution.groups);
    double sum = 0;
    for (int c = 0; c < filter.inputs; c++) {
      for (int i = 0; i < filter.height; i++) {
        for (int j = 0; j < filter.width; j++) {
          const int h = row * convolution.stride_y + i * convolution.dilation_y - convolution.top;
          const int v = column * convolution.stride_x + j * convolution.dilation_x - convolution.left;
          if (h >= 0 && h < input.size[2] && v >= 0 && v < input.size[3]) {
            sum += static_cast<double>(x[input.at(n, group * filter.inputs + c, h, v)]) *
                   w[((static_cast<size_t>(o) * filter.inputs + c) * filter.height + i) * filter.width + j];
          }
        }
      }
    }
    sum = factor * sum + bias[o];
    if (added_factor != 0) {
      sum += static_cast<double>(added_factor) * z[added.at(n, o, row, column)];
    }
    return static_cast<float>(relu && sum < 0 ? 0 : sum);
  }

  void compute() const {
    for (int n = 0; n < output.size[0]; n++) {
      for (int o = 0; o < output.size[1]; o++) {
        for (int row = 0; row < output.size[2]; row++) {
          for (int column = 0; column < output.size[3]; column++) {
            y[output.at(n, o, row, column)] = element(n, o, row, column);
          }
        }
      }
    }
  }
};

int enqueue(const Handle* handle, std::function<std::string(const Holds&)> check, std::function<void()> compute) {
  return enqueue_library(handle->stream, std::move(check), std::move(compute)) == CUDA_SUCCESS ? SUCCESS
                                                                                              : EXECUTION_FAILED;
}

}  // namespace

extern "C" SOFTDRIVER_SHARED size_t cudnnGetVersion() { return 91900; }

extern "C" SOFTDRIVER_SHARED const char* cudnnGetErrorString(int status) {
  switch (status) {
    case SUCCESS:
      return "CUDNN_STATUS_SUCCESS";
    case NOT_INITIALIZED:
      return "CUDNN_STATUS_NOT_INITIALIZED";
    case BAD_PARAM:
      return "CUDNN_STATUS_BAD_PARAM";
    case NOT_SUPPORTED:
      return "CUDNN_STATUS_NOT_SUPPORTED";
    case EXECUTION_FAILED:
      return "CUDNN_STATUS_EXECUTION_FAILED";
    default:
      return "CUDNN_UNKNOWN_STATUS";
  }
}

CUDNN_API cudnnCreate(Handle** handle) { return create(__func__, handle); }
CUDNN_API cudnnDestroy(Handle* handle) { return destroy(__func__, handle); }

CUDNN_API cudnnSetStream(Handle* handle, CUstream stream) {
  ENTER();
  handle->stream = stream;
  return SUCCESS;
}

CUDNN_API cudnnCreateTensorDescriptor(Tensor** made) { return create(__func__, made); }
CUDNN_API cudnnDestroyTensorDescriptor(Tensor* tensor) { return destroy(__func__, tensor); }
CUDNN_API cudnnCreateFilterDescriptor(Filter** made) { return create(__func__, made); }
CUDNN_API cudnnDestroyFilterDescriptor(Filter* filter) { return destroy(__func__, filter); }
CUDNN_API cudnnCreateConvolutionDescriptor(Convolution** made) { return create(__func__, made); }
CUDNN_API cudnnDestroyConvolutionDescriptor(Convolution* it) { return destroy(__func__, it); }
CUDNN_API cudnnCreateActivationDescriptor(Activation** made) { return create(__func__, made); }
CUDNN_API cudnnDestroyActivationDescriptor(Activation* it) { return destroy(__func__, it); }

CUDNN_API cudnnSetTensor4dDescriptorEx(Tensor* tensor, int type, int n, int c, int h, int w, int n_stride,
                                       int c_stride, int h_stride, int w_stride) {
  ENTER();
  if (!known({tensor}) || type != 0 || n < 1 || c < 1 || h < 1 || w < 1) {
    return BAD_PARAM;
  }
  *tensor = {{n, c, h, w}, {n_stride, c_stride, h_stride, w_stride}};
  return SUCCESS;
}

CUDNN_API cudnnSetFilter4dDescriptor(Filter* filter, int type, int format, int k, int c, int h, int w) {
  ENTER();
  if (!known({filter}) || type != 0 || format != 0) {
    return BAD_PARAM;
  }
  *filter = {k, c, h, w};
  return SUCCESS;
}

CUDNN_API cudnnSetConvolution2dDescriptor(Convolution* it, int top, int left, int stride_y, int stride_x,
                                          int dilation_y, int dilation_x, int mode, int type) {
  ENTER();
  if (!known({it}) || mode != 1 || type != 0) {
    return BAD_PARAM;
  }
  *it = {top, left, stride_y, stride_x, dilation_y, dilation_x};
  return SUCCESS;
}

CUDNN_API cudnnSetConvolutionGroupCount(Convolution* it, int groups) {
  ENTER();
  it->groups = groups;
  return SUCCESS;
}

CUDNN_API cudnnSetConvolutionMathType(Convolution* it, int math) {
  ENTER();
  it->math = math;
  return SUCCESS;
}

CUDNN_API cudnnSetActivationDescriptor(Activation* it, int mode, int, double) {
  ENTER();
  it->mode = mode;
  return SUCCESS;
}

struct Result {
  int algorithm;
  int status;
  float milliseconds;
  size_t memory;
  int determinism;
  int math;
  int reserved[3];
};

/** The fastest one is not for all calls; and it writes to the output. */
CUDNN_API cudnnFindConvolutionForwardAlgorithmEx(Handle* handle, Tensor* input, const void*, Filter* filter,
                                                 const void*, Convolution* convolution, Tensor* output, void* y,
                                                 int most, int* count, Result* results, void*, size_t) {
  ENTER();
  if (!known({handle, input, filter, convolution, output}) || most < 3) {
    return BAD_PARAM;
  }
  if (is_capturing(handle->stream)) {
    return EXECUTION_FAILED;
  }
  const size_t bytes = output->bytes();
  const int result = enqueue(
      handle,
      [=](const Holds& holds) { return holds(y, bytes) ? "" : "cudnnFind: the output is outside of any allocation"; },
      [=] {
        for (size_t i = 0; i < bytes / sizeof(float); i++) {
          static_cast<float*>(y)[i] = NAN;
        }
      });
  if (result != SUCCESS || cuStreamSynchronize(handle->stream) != CUDA_SUCCESS) {
    return EXECUTION_FAILED;
  }
  results[0] = {WINOGRAD, SUCCESS, 0.1f, 0, 0, convolution->math, {}};
  results[1] = {PRECOMPUTED, SUCCESS, 0.2f, 0, 0, convolution->math, {}};
  results[2] = {GEMM, NOT_SUPPORTED, -1.0f, 0, 0, convolution->math, {}};
  *count = 3;
  return SUCCESS;
}

CUDNN_API cudnnConvolutionBiasActivationForward(Handle* handle, const float* factor, Tensor* input, const float* x,
                                                Filter* filter, const float* w, Convolution* convolution,
                                                int algorithm, void*, size_t, const float* added_factor,
                                                Tensor* added, const float* z, Tensor* biases, const float* bias,
                                                Activation* activation, Tensor* output, float* y) {
  ENTER();
  if (!known({handle, input, filter, convolution, added, biases, activation, output})) {
    return BAD_PARAM;
  }
  constexpr int FMA = 3;
  constexpr int RELU = 1;
  if (algorithm != PRECOMPUTED || convolution->math != FMA) {
    return NOT_SUPPORTED;
  }
  const Run run{*input, *output, *added, *filter, *convolution, x, w, z, bias, y, *factor, *added_factor,
                activation->mode == RELU};
  if (!run.fits() || biases->size[1] != filter->outputs) {
    return BAD_PARAM;
  }
  return enqueue(
      handle, [=](const Holds& holds) { return run.check(holds); }, [=] { run.compute(); });
}

CUDNN_API cudnnTransformTensor(Handle* handle, const float* alpha, Tensor* from, const float* x, const float* beta,
                               Tensor* to, float* y) {
  ENTER();
  if (!known({handle, from, to}) || *alpha != 1 || *beta != 0) {
    return BAD_PARAM;
  }
  const Tensor source = *from;
  const Tensor target = *to;
  return enqueue(
      handle,
      [=](const Holds& holds) {
        return holds(x, source.bytes()) && holds(y, target.bytes())
                   ? ""
                   : "cudnnTransformTensor: a tensor outside of any allocation";
      },
      [=] {
        for (int n = 0; n < target.size[0]; n++) {
          for (int c = 0; c < target.size[1]; c++) {
            for (int h = 0; h < target.size[2]; h++) {
              for (int v = 0; v < target.size[3]; v++) {
                y[target.at(n, c, h, v)] = x[source.at(n, c, h, v)];
              }
            }
          }
        }
      });
}
