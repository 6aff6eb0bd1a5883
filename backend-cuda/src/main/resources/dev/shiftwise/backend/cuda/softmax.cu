// Softmax over the channels of each pixel, less the largest, so that no exponential overflows.
//
// `side` threads of a block stand side by side along the pixels of all images; the block's rows of threads share
// the channels. What they have is brought together in pairs, always in one order.

#include "common.cuh"

constexpr int THREADS = 256;

struct Softmax {
  Source x;
  Target y;
  int images;
  int plane;
  // A power of two.
  int side;
};

struct Larger {
  __device__ __forceinline__ float operator()(float a, float b) const { return b > a ? b : a; }
};

struct Sum {
  __device__ __forceinline__ float operator()(float a, float b) const { return a + b; }
};

// What the threads of a pixel have, together; all of them get it.
template <class Join> __device__ __forceinline__ float together(float value, float *shared, int side, Join join) {
  const int thread = threadIdx.x;
  shared[thread] = value;
  __syncthreads();
  for (int half = THREADS / 2; half >= side; half /= 2) {
    if (thread < half)
      shared[thread] = join(shared[thread], shared[thread + half]);
    __syncthreads();
  }
  const float all = shared[thread % side];
  __syncthreads();
  return all;
}

extern "C" __global__ void __launch_bounds__(THREADS) softmax(const Softmax p) {
  __shared__ float shared[THREADS];
  const int shares = THREADS / p.side;
  const int share = threadIdx.x / p.side;
  const long long number = (long long)blockIdx.x * p.side + threadIdx.x % p.side;
  const int image = (int)(number / p.plane);
  const int pixel = (int)(number % p.plane);
  // Threads beside the last pixel go along, for the barriers, but touch nothing.
  const int begin = image < p.images ? share : p.y.channels;
  const float *from = p.x.base + image * p.x.image + pixel;
  float largest = -infinity();
  for (int c = begin; c < p.y.channels; c += shares)
    largest = Larger()(largest, from[p.x.rows[c]]);
  largest = together(largest, shared, p.side, Larger());
  float sum = 0.0f;
  for (int c = begin; c < p.y.channels; c += shares)
    sum += expf(from[p.x.rows[c]] - largest);
  sum = together(sum, shared, p.side, Sum());
  const Quad at{image, pixel, 1};
  for (int c = begin; c < p.y.channels; c += shares) {
    const float z = expf(from[p.x.rows[c]] - largest) / sum;
    store(p.y, at, c, float4{z, z, z, z});
    if (is_guarded(p.y))
      guard(p.y, at, c);
  }
}
