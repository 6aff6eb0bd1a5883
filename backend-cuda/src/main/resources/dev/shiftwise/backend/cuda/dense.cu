// The dense layer: every output is a sum over all elements of the image. A warp's lanes share the elements of
// some outputs and images, and their sums are added in pairs, always in one order. dense_one is for a batch of
// few: all that counts is how fast the weights come; dense_many uses a weight several times.

#include "common.cuh"

constexpr int WARP = 32;
constexpr int THREADS = 128;

struct Dense {
  Source x;
  Target y;
  const float *weights;
  const float *bias;
  Activation activation;
  int images;
  int inputs;
  int plane;
  // Whether the elements of an image stand one behind the other, from its first row on.
  int contiguous;
};

template <int OUTPUTS, int IMAGES> __device__ __forceinline__ void dense(const Dense &p) {
  const int outputs = p.y.channels;
  const int parts = (outputs + OUTPUTS - 1) / OUTPUTS;
  const unsigned warp = blockIdx.x * (THREADS / WARP) + threadIdx.x / WARP;
  const unsigned stretch = warp / parts;
  const int first_output = (int)(warp - stretch * parts) * OUTPUTS;
  const int first_image = (int)stretch * IMAGES;
  const int lane = threadIdx.x % WARP;
  // What is beside the last output or image is computed as the last one is, and not stored.
  const float *weights[OUTPUTS];
  const float *images[IMAGES];
  float sum[OUTPUTS][IMAGES];
#pragma unroll
  for (int o = 0; o < OUTPUTS; o++) {
    weights[o] = p.weights + (long long)min(first_output + o, outputs - 1) * p.inputs;
#pragma unroll
    for (int i = 0; i < IMAGES; i++)
      sum[o][i] = 0.0f;
  }
#pragma unroll
  for (int i = 0; i < IMAGES; i++)
    images[i] = p.x.base + min(first_image + i, p.images - 1) * p.x.image;

  const auto take = [&](int element, long long at) {
    float in[IMAGES];
#pragma unroll
    for (int i = 0; i < IMAGES; i++)
      in[i] = images[i][at];
#pragma unroll
    for (int o = 0; o < OUTPUTS; o++) {
      const float weight = weights[o][element];
#pragma unroll
      for (int i = 0; i < IMAGES; i++)
        sum[o][i] = fmaf(weight, in[i], sum[o][i]);
    }
  };
  if (p.contiguous) {
    const long long start = p.x.rows[0];
#pragma unroll(OUTPUTS * IMAGES > 4 ? 2 : 8)
    for (int element = lane; element < p.inputs; element += WARP)
      take(element, start + element);
  } else {
    int channel = lane / p.plane;
    int pixel = lane - channel * p.plane;
    const int channels_on = WARP / p.plane;
    const int pixels_on = WARP - channels_on * p.plane;
    for (int element = lane; element < p.inputs; element += WARP) {
      take(element, p.x.rows[channel] + pixel);
      channel += channels_on;
      pixel += pixels_on;
      if (pixel >= p.plane) {
        pixel -= p.plane;
        channel++;
      }
    }
  }
#pragma unroll
  for (int o = 0; o < OUTPUTS; o++) {
#pragma unroll
    for (int i = 0; i < IMAGES; i++) {
#pragma unroll
      for (int other = WARP / 2; other > 0; other /= 2)
        sum[o][i] += __shfl_xor_sync(0xffffffffu, sum[o][i], other);
    }
  }
  // Each of the first lanes stores one of the sums, which all of them have.
#pragma unroll
  for (int o = 0; o < OUTPUTS; o++) {
#pragma unroll
    for (int i = 0; i < IMAGES; i++) {
      const int output = first_output + o;
      if (lane == o * IMAGES + i && output < outputs && first_image + i < p.images) {
        const float z = activate(sum[o][i] + p.bias[output], p.activation);
        const Quad at{first_image + i, 0, 1};
        store(p.y, at, output, float4{z, z, z, z});
        if (is_guarded(p.y))
          guard(p.y, at, output);
      }
    }
  }
}

extern "C" __global__ void __launch_bounds__(THREADS) dense_one(const Dense p) { dense<1, 1>(p); }

extern "C" __global__ void __launch_bounds__(THREADS) dense_many(const Dense p) { dense<4, 8>(p); }
