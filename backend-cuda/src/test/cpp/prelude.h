// The part of CUDA C++ that the kernels may use, for a compiler of the host. It stands in front of
// every program, as NVRTC has its own declarations; whatever is not here does not compile.
#pragma once

#define __global__
#define __device__
#define __host__
#define __shared__ static
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __align__(n) __attribute__((aligned(n)))
#define __launch_bounds__(...)
// nvcc takes it behind __shared__ too, where it would stand in the middle of the specifiers here.
#define alignas(n) __attribute__((aligned(n)))

using size_t = decltype(sizeof 0);

struct uint3 {
  unsigned x, y, z;
};

extern const uint3 threadIdx;
extern const uint3 blockIdx;
extern const uint3 blockDim;
extern const uint3 gridDim;
constexpr int warpSize = 32;

struct __align__(8) float2 {
  float x, y;
};
struct __align__(16) float4 {
  float x, y, z, w;
};
struct __align__(8) int2 {
  int x, y;
};
struct __align__(16) int4 {
  int x, y, z, w;
};

inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline int2 make_int2(int x, int y) { return {x, y}; }
inline int4 make_int4(int x, int y, int z, int w) { return {x, y, z, w}; }

extern "C" {
float fmaf(float, float, float) noexcept;
float expf(float) noexcept;
float logf(float) noexcept;
float sqrtf(float) noexcept;
float erff(float) noexcept;
float fabsf(float) noexcept;
float fminf(float, float) noexcept;
float fmaxf(float, float) noexcept;
}

#define SOFTDRIVER_MIN_MAX(TYPE)                           \
  inline TYPE min(TYPE a, TYPE b) { return b < a ? b : a; } \
  inline TYPE max(TYPE a, TYPE b) { return a < b ? b : a; }
SOFTDRIVER_MIN_MAX(int)
SOFTDRIVER_MIN_MAX(unsigned)
SOFTDRIVER_MIN_MAX(long)
SOFTDRIVER_MIN_MAX(unsigned long)
SOFTDRIVER_MIN_MAX(long long)
SOFTDRIVER_MIN_MAX(unsigned long long)
#undef SOFTDRIVER_MIN_MAX
inline float min(float a, float b) { return fminf(a, b); }
inline float max(float a, float b) { return fmaxf(a, b); }

template <typename T>
inline T __ldg(const T* p) {
  return *p;
}

inline int __float_as_int(float value) {
  int bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  return bits;
}
inline unsigned __float_as_uint(float value) {
  return static_cast<unsigned>(__float_as_int(value));
}
inline float __int_as_float(int bits) {
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}
inline float __uint_as_float(unsigned bits) { return __int_as_float(static_cast<int>(bits)); }

extern "C" void softdriver_barrier(int line);
extern "C" unsigned softdriver_lane();
extern "C" unsigned softdriver_shuffle(unsigned mask, unsigned value, unsigned source, int line);

// The line is the caller's.
inline void __syncthreads(int line = __builtin_LINE()) { softdriver_barrier(line); }

template <typename T>
inline T softdriver_exchange(unsigned mask, T value, unsigned source, int line) {
  static_assert(sizeof(T) == 4, "values of 32 bits");
  unsigned bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  bits = softdriver_shuffle(mask, bits, source, line);
  __builtin_memcpy(&value, &bits, sizeof bits);
  return value;
}

template <typename T>
inline T __shfl_sync(unsigned mask, T value, int lane, int width = 32,
                     int line = __builtin_LINE()) {
  const unsigned self = softdriver_lane();
  const unsigned part = self & ~(width - 1u);
  return softdriver_exchange(mask, value, part | (lane & (width - 1u)), line);
}

template <typename T>
inline T __shfl_xor_sync(unsigned mask, T value, int lanes, int width = 32,
                         int line = __builtin_LINE()) {
  const unsigned self = softdriver_lane();
  const unsigned other = self ^ lanes;
  const bool inside = other < (self | (width - 1u)) + 1;
  return softdriver_exchange(mask, value, inside ? other : self, line);
}

template <typename T>
inline T __shfl_down_sync(unsigned mask, T value, unsigned lanes, int width = 32,
                          int line = __builtin_LINE()) {
  const unsigned self = softdriver_lane();
  const bool inside = (self & (width - 1u)) + lanes < static_cast<unsigned>(width);
  return softdriver_exchange(mask, value, inside ? self + lanes : self, line);
}

template <typename T>
inline T __shfl_up_sync(unsigned mask, T value, unsigned lanes, int width = 32,
                        int line = __builtin_LINE()) {
  const unsigned self = softdriver_lane();
  const bool inside = (self & (width - 1u)) >= lanes;
  return softdriver_exchange(mask, value, inside ? self - lanes : self, line);
}

namespace softdriver {

struct Kernel {
  const char* name;
  void (*invoke)(void** parameters);
  int parameters;
  const unsigned* parameter_bytes;
  int max_threads;
};

template <auto kernel>
struct Invoker;

template <typename... P, void (*kernel)(P...)>
struct Invoker<kernel> {
  static constexpr int parameters = sizeof...(P);
  static constexpr unsigned bytes[sizeof...(P) + 1] = {sizeof(P)..., 0};

  template <int... I>
  struct Numbers {};

  // Parameters lie in memory of the host, which is none of the kernel's business.
  template <int... I>
  __attribute__((no_sanitize("thread"))) static void call(void** values, Numbers<I...>) {
    kernel(*static_cast<P*>(values[I])...);
  }

  __attribute__((no_sanitize("thread"))) static void invoke(void** values) {
    call(values, Numbers<__integer_pack(sizeof...(P))...>{});
  }
};

constexpr int bound() { return 0; }
template <typename... Rest>
constexpr int bound(int threads, Rest...) {
  return threads;
}

}  // namespace softdriver

/** An entry of the table of kernels. */
#define SOFTDRIVER_KERNEL(NAME, ...)                                                            \
  {                                                                                            \
    #NAME, softdriver::Invoker<&NAME>::invoke, softdriver::Invoker<&NAME>::parameters,          \
        softdriver::Invoker<&NAME>::bytes, softdriver::bound(__VA_ARGS__)                       \
  }
