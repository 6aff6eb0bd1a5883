// Any convolution: kernels of several taps, strides, padding, dilation, groups; and a residual. The products of
// an output come tap by tap, in a tap channel by channel.

#include "common.cuh"
#include "tile.cuh"

// Where a product's pixel stands, seen from the input pixel of the output's first tap without padding: elements
// from the map's channel 0, and how far it is moved, which decides whether it is in the plane.
struct alignas(16) Tap {
  long long at;
  int down;
  int right;
};

struct Convolution {
  Sums sums;
  const float *base;
  long long image;
  const Tap *taps;
  int height;
  int width;
  int stride_y;
  int stride_x;
};

// A turn's pixels of a tile: each thread looks up those of one output pixel.
template <class T> struct TapPixels {
  static constexpr int LOADS = T::DEPTH * T::PIXELS / T::THREADS;
  static constexpr int STEP = T::THREADS / T::PIXELS;
  static_assert(T::THREADS % T::PIXELS == 0 && T::DEPTH % STEP == 0, "a thread's pixels stand in one column");

  const float *from;
  const Tap *taps;
  int inputs;
  unsigned height;
  unsigned width;
  int row;
  int column;
  bool live;
  Tap tap[LOADS];
  float pixels[LOADS];

  __device__ __forceinline__ TapPixels(const Convolution &p, const Part &part) {
    const int pixel = threadIdx.x % T::PIXELS;
    const Quad at = locate(part.quad + pixel / QUAD, p.sums.y.height * p.sums.y.width, p.sums.images);
    const int out_width = p.sums.y.width;
    const int out_row = (at.pixel + pixel % QUAD) / out_width;
    const int out_column = at.pixel + pixel % QUAD - out_row * out_width;
    live = pixel % QUAD < at.live;
    row = out_row * p.stride_y;
    column = out_column * p.stride_x;
    from = p.base + at.image * p.image + (long long)row * p.width + column;
    taps = p.taps + (long long)part.group * p.sums.inputs;
    inputs = p.sums.inputs;
    height = p.height;
    width = p.width;
  }

  __device__ __forceinline__ void aim(int product) {
#pragma unroll
    for (int i = 0; i < LOADS; i++) {
      const int k = product + threadIdx.x / T::PIXELS + i * STEP;
      tap[i] = taps[min(k, inputs - 1)];
    }
  }

  // Rows and columns before the plane are behind it, too, as unsigned numbers.
  __device__ __forceinline__ void fetch(int product) {
#pragma unroll
    for (int i = 0; i < LOADS; i++) {
      const int k = product + threadIdx.x / T::PIXELS + i * STEP;
      const bool inside =
          live && k < inputs && (unsigned)(row + tap[i].down) < height && (unsigned)(column + tap[i].right) < width;
      pixels[i] = inside ? from[tap[i].at] : 0.0f;
    }
  }

  __device__ __forceinline__ void lay(float4 *turn) const {
#pragma unroll
    for (int i = 0; i < LOADS; i++)
      ((float *)turn)[threadIdx.x + i * T::THREADS] = pixels[i];
  }
};

template <class T> __device__ __forceinline__ void convolve(const Convolution &p, float4 *shared) {
  const Part part = part_of<T>(p.sums);
  TapPixels<T> pixels(p, part);
  compute<T>(p.sums, part, pixels, shared);
}

using Tile128x128 = Tile<128, 128, 8, 2, 2, 1>;
using Tile64x64 = Tile<64, 64, 16, 2, 1, 1>;
using Tile32x64 = Tile<32, 64, 16, 1, 1, 1>;
using Tile32x32 = Tile<32, 32, 32, 1, 1, 4>;

// The second bound is how many blocks a multiprocessor has at a time: what a thread may have in registers.

extern "C" __global__ void __launch_bounds__(Tile128x128::THREADS, 1) convolves_128x128(const Convolution p) {
  __shared__ float4 shared[Tile128x128::SHARED];
  convolve<Tile128x128>(p, shared);
}

extern "C" __global__ void __launch_bounds__(Tile64x64::THREADS, 3) convolves_64x64(const Convolution p) {
  __shared__ float4 shared[Tile64x64::SHARED];
  convolve<Tile64x64>(p, shared);
}

extern "C" __global__ void __launch_bounds__(Tile32x64::THREADS, 4) convolves_32x64(const Convolution p) {
  __shared__ float4 shared[Tile32x64::SHARED];
  convolve<Tile32x64>(p, shared);
}

extern "C" __global__ void __launch_bounds__(Tile32x32::THREADS, 2) convolves_32x32(const Convolution p) {
  __shared__ float4 shared[Tile32x32::SHARED];
  convolve<Tile32x32>(p, shared);
}
