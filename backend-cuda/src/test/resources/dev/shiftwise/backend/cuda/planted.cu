// Kernels with and without mistakes, to see that the software driver finds each.
#include "planted.cuh"

extern "C" __global__ void copies(const float* x, float* y, int n) {
  const int i = index();
  if (i < n) {
    y[i] = x[i];
  }
}

extern "C" __global__ void __launch_bounds__(THREADS) takes_structs(Scaled x, float* y, long long n,
                                                                    const float b) {
  for (long long i = index(); i < n; i += gridDim.x * blockDim.x) {
    y[i] = fmaf(x.scale, x.base[i], b);
  }
}

// Turns each stretch of 64 elements round, through shared memory.
template <int N, bool WAIT>
__device__ __forceinline__ void reverse(const float* x, float* y) {
  __shared__ float tile[N];
  const int first = blockIdx.x * N;
  tile[threadIdx.x] = x[first + threadIdx.x];
  if (WAIT) {
    __syncthreads();
  }
  y[first + threadIdx.x] = tile[N - 1 - threadIdx.x];
}

extern "C" __global__ void reverses(const float* x, float* y) { reverse<64, true>(x, y); }

extern "C" __global__ void lacks_a_barrier(const float* x, float* y) { reverse<64, false>(x, y); }

extern "C" __global__ void sums_warps(const float* x, float* y) {
  float sum = x[index()];
  for (int step = 16; step > 0; step /= 2) {
    sum += __shfl_xor_sync(0xffffffff, sum, step);
  }
  if (threadIdx.x % 32 == 0) {
    y[index() / 32] = sum;
  }
}

extern "C" __global__ void moves_down(const float* x, float* y) {
  y[index()] = __shfl_down_sync(0xffffffff, x[index()], 1, 8);
}

extern "C" __global__ void takes_first(const float* x, float* y) {
  y[index()] = __shfl_sync(0xffffffff, x[index()], 0);
}

extern "C" __global__ void writes_behind(const float* x, float* y) {
  y[index()] = x[0];
}

extern "C" __global__ void reads_before(const float* x, float* y) {
  y[index()] = x[index() - 1];
}

extern "C" __global__ void leaves_shared_memory(const float* x, float* y) {
  __shared__ float tile[64];
  __shared__ float other[64];
  tile[threadIdx.x] = x[threadIdx.x];
  other[threadIdx.x] = x[threadIdx.x];
  __syncthreads();
  y[threadIdx.x] = tile[threadIdx.x + 1] + other[threadIdx.x];
}

__device__ float first_of(const float* tile) { return tile[64]; }

extern "C" __global__ void leaves_shared_memory_by_a_pointer(const float* x, float* y) {
  __shared__ float tile[64];
  __shared__ float other[64];
  tile[threadIdx.x] = x[threadIdx.x];
  other[threadIdx.x] = x[threadIdx.x];
  __syncthreads();
  y[threadIdx.x] = first_of(tile) + first_of(other - 64);
}

extern "C" __global__ void reads_what_nobody_wrote(const float* x, float* y) {
  __shared__ float tile[65];
  tile[threadIdx.x] = x[threadIdx.x];
  __syncthreads();
  y[threadIdx.x] = tile[threadIdx.x + 1];
}

extern "C" __global__ void reads_unaligned(const float* x, float* y) {
  const float4 four = *reinterpret_cast<const float4*>(x + 1);
  y[0] = four.x + four.w;
}

extern "C" __global__ void barrier_for_some(const float* x, float* y) {
  if (threadIdx.x < 32) {
    __syncthreads();
  }
  y[threadIdx.x] = x[threadIdx.x];
}

extern "C" __global__ void two_barriers(const float* x, float* y) {
  if (threadIdx.x < 32) {
    __syncthreads();
  } else {
    __syncthreads();
  }
  y[threadIdx.x] = x[threadIdx.x];
}

extern "C" __global__ void lanes_that_left(const float* x, float* y) {
  if (threadIdx.x % 32 < 16) {
    y[threadIdx.x] = __shfl_xor_sync(0xffffffff, x[threadIdx.x], 1);
  }
}

extern "C" __global__ void blocks_write_the_same(const float* x, float* y) {
  y[threadIdx.x] = x[threadIdx.x];
}

extern "C" __global__ void block_reads_what_another_writes(const float* x, float* y) {
  const int i = index();
  y[i] = i == 0 ? 0.0f : y[i - 1];
}

extern "C" __global__ void follows_a_pointer(const float* const* x, float* y) { y[0] = x[0][0]; }
