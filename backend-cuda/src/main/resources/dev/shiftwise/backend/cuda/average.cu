// The average of each plane: a warp's work where planes are small, a block's where they are large. The threads'
// sums are added in pairs, always in one order.

#include "common.cuh"

constexpr int WARP = 32;
constexpr int THREADS = 256;

struct PlaneAverage {
  Source x;
  Target y;
  int images;
  int plane;
};

__device__ __forceinline__ float sum_of_warp(float sum) {
#pragma unroll
  for (int other = WARP / 2; other > 0; other /= 2)
    sum += __shfl_down_sync(0xffffffffu, sum, other);
  return sum;
}

// The sum of every step-th pixel from the first on; four at a time, so that none waits for another.
__device__ __forceinline__ float sum_of_pixels(const float *from, int first, int step, int plane) {
  float sums[4] = {0.0f, 0.0f, 0.0f, 0.0f};
  int p = first;
  for (; p + 3 * step < plane; p += 4 * step) {
#pragma unroll
    for (int i = 0; i < 4; i++)
      sums[i] += from[p + i * step];
  }
  for (; p < plane; p += step)
    sums[0] += from[p];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

__device__ __forceinline__ const float *plane_of(const PlaneAverage &p, int image, int channel) {
  return p.x.base + image * p.x.image + p.x.rows[channel];
}

__device__ __forceinline__ void store_average(const PlaneAverage &p, int image, int channel, float sum) {
  const float average = sum / (float)p.plane;
  const Quad at{image, 0, 1};
  store(p.y, at, channel, float4{average, average, average, average});
  if (is_guarded(p.y))
    guard(p.y, at, channel);
}

extern "C" __global__ void __launch_bounds__(THREADS) averages_small(const PlaneAverage p) {
  const unsigned number = blockIdx.x * (THREADS / WARP) + threadIdx.x / WARP;
  const int image = (int)(number / p.y.channels);
  const int channel = (int)(number - image * p.y.channels);
  const int lane = threadIdx.x % WARP;
  const bool live = image < p.images;
  const float sum = sum_of_warp(live ? sum_of_pixels(plane_of(p, image, channel), lane, WARP, p.plane) : 0.0f);
  if (live && lane == 0)
    store_average(p, image, channel, sum);
}

extern "C" __global__ void __launch_bounds__(THREADS) averages_large(const PlaneAverage p) {
  __shared__ float sums[THREADS / WARP];
  const int image = (int)(blockIdx.x / p.y.channels);
  const int channel = (int)(blockIdx.x - image * p.y.channels);
  const float sum = sum_of_warp(sum_of_pixels(plane_of(p, image, channel), threadIdx.x, THREADS, p.plane));
  if (threadIdx.x % WARP == 0)
    sums[threadIdx.x / WARP] = sum;
  __syncthreads();
  if (threadIdx.x == 0) {
    float all = sums[0];
    for (int i = 1; i < THREADS / WARP; i++)
      all += sums[i];
    store_average(p, image, channel, all);
  }
}
