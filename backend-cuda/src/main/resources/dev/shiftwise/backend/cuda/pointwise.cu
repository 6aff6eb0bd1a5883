// The fused operator: pointwise group convolution through channel and address shift, with bias, residual,
// activation and the guards that the reader of the result wants, in one launch and one store.
//
// tiles_*: for sums that keep the multipliers busy. streams_*: for few channels, where memory is what it takes;
// pixels go straight from memory into registers, several quads under way at a time.

#include "common.cuh"
#include "tile.cuh"

struct Pointwise {
  Sums sums;
  Source x;
};

// A turn's pixels of a tile: each thread has one quad of pixels, in several of the turn's channels.
template <class T> struct RowPixels {
  static constexpr int COLUMNS = T::PIXELS / QUAD;
  static constexpr int LOADS = T::DEPTH * COLUMNS / T::THREADS;
  static constexpr int STEP = T::THREADS / COLUMNS;
  static_assert(T::THREADS % COLUMNS == 0 && T::DEPTH % STEP == 0, "a thread's quads stand in one column");

  const float *from;
  const long long *rows;
  int inputs;
  int live;
  long long row[LOADS];
  float4 quads[LOADS];

  __device__ __forceinline__ RowPixels(const Pointwise &p, const Part &part) {
    const Quad at = locate(part.quad + threadIdx.x % COLUMNS, p.sums.y.height * p.sums.y.width, p.sums.images);
    live = at.live;
    from = p.x.base + at.image * p.x.image + at.pixel;
    rows = p.x.rows + (long long)part.group * p.sums.inputs;
    inputs = p.sums.inputs;
  }

  // Rows are looked up a turn before their pixels are asked for.
  __device__ __forceinline__ void aim(int product) {
#pragma unroll
    for (int i = 0; i < LOADS; i++) {
      const int k = product + threadIdx.x / COLUMNS + i * STEP;
      row[i] = rows[min(k, inputs - 1)];
    }
  }

  __device__ __forceinline__ void fetch(int product) {
#pragma unroll
    for (int i = 0; i < LOADS; i++) {
      const int k = product + threadIdx.x / COLUMNS + i * STEP;
      quads[i] = ::fetch(from + row[i], k < inputs ? live : 0);
    }
  }

  __device__ __forceinline__ void lay(float4 *turn) const {
#pragma unroll
    for (int i = 0; i < LOADS; i++)
      turn[threadIdx.x + i * T::THREADS] = quads[i];
  }
};

template <class T> __device__ __forceinline__ void tiles(const Pointwise &p, float4 *shared) {
  const Part part = part_of<T>(p.sums);
  RowPixels<T> pixels(p, part);
  compute<T>(p.sums, part, pixels, shared);
}

using Tile128x128 = Tile<128, 128, 8, 2, 2, 1>;
using Tile64x128 = Tile<64, 128, 8, 2, 2, 1>;
using Tile32x128 = Tile<32, 128, 8, 2, 2, 1>;
using Tile64x64 = Tile<64, 64, 16, 2, 1, 1>;
using Tile32x32 = Tile<32, 32, 32, 1, 1, 4>;

// The second bound is how many blocks a multiprocessor has at a time: what a thread may have in registers.

extern "C" __global__ void __launch_bounds__(Tile128x128::THREADS, 2) tiles_128x128(const Pointwise p) {
  __shared__ float4 shared[Tile128x128::SHARED];
  tiles<Tile128x128>(p, shared);
}

extern "C" __global__ void __launch_bounds__(Tile64x128::THREADS, 3) tiles_64x128(const Pointwise p) {
  __shared__ float4 shared[Tile64x128::SHARED];
  tiles<Tile64x128>(p, shared);
}

extern "C" __global__ void __launch_bounds__(Tile32x128::THREADS, 6) tiles_32x128(const Pointwise p) {
  __shared__ float4 shared[Tile32x128::SHARED];
  tiles<Tile32x128>(p, shared);
}

extern "C" __global__ void __launch_bounds__(Tile64x64::THREADS, 4) tiles_64x64(const Pointwise p) {
  __shared__ float4 shared[Tile64x64::SHARED];
  tiles<Tile64x64>(p, shared);
}

extern "C" __global__ void __launch_bounds__(Tile32x32::THREADS, 3) tiles_32x32(const Pointwise p) {
  __shared__ float4 shared[Tile32x32::SHARED];
  tiles<Tile32x32>(p, shared);
}

// Threads of a block that streams, a quad each, and the products whose weights it has at a time.
constexpr int STREAM_THREADS = 128;
constexpr int STREAM_DEPTH = 32;
// Quads that a thread has under way.
constexpr int UNDER_WAY = 4;

template <int OUTPUTS_> struct Stream {
  static constexpr int OUTPUTS = OUTPUTS_;
  static constexpr int PIXELS = QUAD * STREAM_THREADS;
  static constexpr int SHARED = STREAM_DEPTH * OUTPUTS / QUAD;
};

template <int OUTPUTS> __device__ __forceinline__ void add_products(float4 (&sum)[OUTPUTS], const float4 *w, float4 in) {
#pragma unroll
  for (int o = 0; o < OUTPUTS / QUAD; o++) {
    const float4 weight = w[o];
    multiply_add(sum[QUAD * o], weight.x, in);
    multiply_add(sum[QUAD * o + 1], weight.y, in);
    multiply_add(sum[QUAD * o + 2], weight.z, in);
    multiply_add(sum[QUAD * o + 3], weight.w, in);
  }
}

template <class S> __device__ __forceinline__ void streams(const Pointwise &p, float4 *weights, long long *rows) {
  constexpr int OUTPUTS = S::OUTPUTS;
  const Part part = part_of<S>(p.sums);
  const Quad at = locate(part.quad + threadIdx.x, p.sums.y.height * p.sums.y.width, p.sums.images);
  const float *from = p.x.base + at.image * p.x.image + at.pixel;
  const int inputs = p.sums.inputs;
  const int row_quads = p.sums.padded / QUAD;
  const float4 *packed =
      (const float4 *)p.sums.weights + (long long)part.group * inputs * row_quads + part.first / QUAD;
  float4 sum[OUTPUTS];
#pragma unroll
  for (int o = 0; o < OUTPUTS; o++)
    sum[o] = float4{0.0f, 0.0f, 0.0f, 0.0f};
  for (int product = 0; product < inputs; product += STREAM_DEPTH) {
    const int depth = min(STREAM_DEPTH, inputs - product);
    __syncthreads();
    for (int i = threadIdx.x; i < depth * (OUTPUTS / QUAD); i += STREAM_THREADS) {
      const int k = product + i / (OUTPUTS / QUAD);
      const int column = i % (OUTPUTS / QUAD);
      weights[i] = part.first / QUAD + column < row_quads ? packed[(long long)k * row_quads + column]
                                                         : float4{0.0f, 0.0f, 0.0f, 0.0f};
    }
    if (threadIdx.x < depth)
      rows[threadIdx.x] = p.x.rows[(long long)part.group * inputs + product + threadIdx.x];
    __syncthreads();
    int k = 0;
    for (; k + UNDER_WAY <= depth; k += UNDER_WAY) {
      float4 quads[UNDER_WAY];
#pragma unroll
      for (int i = 0; i < UNDER_WAY; i++)
        quads[i] = fetch(from + rows[k + i], at.live);
#pragma unroll
      for (int i = 0; i < UNDER_WAY; i++)
        add_products<OUTPUTS>(sum, weights + (k + i) * (OUTPUTS / QUAD), quads[i]);
    }
    for (; k < depth; k++)
      add_products<OUTPUTS>(sum, weights + k * (OUTPUTS / QUAD), fetch(from + rows[k], at.live));
  }
#pragma unroll
  for (int o = 0; o < OUTPUTS; o += QUAD) {
    float4 z[QUAD] = {sum[o], sum[o + 1], sum[o + 2], sum[o + 3]};
    finish(p.sums, part, part.first + o, at, z);
  }
  if (is_guarded(p.sums.y)) {
#pragma unroll 1
    for (int o = 0; o < OUTPUTS; o++)
      guard(p.sums, part, part.first + o, at);
  }
}

extern "C" __global__ void __launch_bounds__(STREAM_THREADS, 5) streams_8(const Pointwise p) {
  __shared__ float4 weights[Stream<8>::SHARED];
  __shared__ long long rows[STREAM_DEPTH];
  streams<Stream<8>>(p, weights, rows);
}

extern "C" __global__ void __launch_bounds__(STREAM_THREADS, 3) streams_16(const Pointwise p) {
  __shared__ float4 weights[Stream<16>::SHARED];
  __shared__ long long rows[STREAM_DEPTH];
  streams<Stream<16>>(p, weights, rows);
}

extern "C" __global__ void __launch_bounds__(STREAM_THREADS, 2) streams_32(const Pointwise p) {
  __shared__ float4 weights[Stream<32>::SHARED];
  __shared__ long long rows[STREAM_DEPTH];
  streams<Stream<32>>(p, weights, rows);
}
