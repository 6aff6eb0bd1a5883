#pragma once

constexpr int THREADS = 256;

struct Scaled {
  const float* base;
  float scale;
};

__device__ __forceinline__ int index() { return blockIdx.x * blockDim.x + threadIdx.x; }
