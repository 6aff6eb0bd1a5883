// A window that slides over each plane on its own: depthwise convolution and pooling. A thread has a quad of
// output pixels. The taps of neighbours overlap, and so do those of a thread's rows: the first-level cache has
// them.

#include "common.cuh"

struct Sliding {
  Source x;
  Target y;
  const float *weights;
  const float *bias;
  Activation activation;
  int images;
  // Output channels of an input channel.
  int outputs;
  int height;
  int width;
  int kernel_height;
  int kernel_width;
  int stride_y;
  int stride_x;
  int dilation_y;
  int dilation_x;
  int top;
  int left;
};

// One channel's weights.
struct Depthwise {
  const float *weights;
  float sum;

  __device__ __forceinline__ void take(float value, int tap) { sum = fmaf(weights[tap], value, sum); }
  __device__ __forceinline__ float result(int) const { return sum; }
};

struct Average {
  float sum;

  __device__ __forceinline__ void take(float value, int) { sum += value; }
  // By the cells inside the plane.
  __device__ __forceinline__ float result(int cells) const { return sum / (float)cells; }
};

struct Maximum {
  float best;

  // NaN wins, and no number after it.
  __device__ __forceinline__ void take(float value, int) { best = value > best || value != value ? value : best; }
  __device__ __forceinline__ float result(int) const { return best; }
};

// Lets a window take what it sees at one output pixel. SIDE is a square kernel's, or 0 for any other.
template <int SIDE, class Window>
__device__ __forceinline__ float slide(const Sliding &p, const float *plane, int row, int column, Window window) {
  const int kernel_height = SIDE > 0 ? SIDE : p.kernel_height;
  const int kernel_width = SIDE > 0 ? SIDE : p.kernel_width;
  const int y = row * p.stride_y - p.top;
  const int x = column * p.stride_x - p.left;
  if (y >= 0 && x >= 0 && y + (kernel_height - 1) * p.dilation_y < p.height &&
      x + (kernel_width - 1) * p.dilation_x < p.width) {
    const float *from = plane + (long long)y * p.width + x;
#pragma unroll(SIDE > 0 ? SIDE : 1)
    for (int ky = 0; ky < kernel_height; ky++) {
#pragma unroll(SIDE > 0 ? SIDE : 1)
      for (int kx = 0; kx < kernel_width; kx++)
        window.take(from[(long long)ky * p.dilation_y * p.width + kx * p.dilation_x], ky * kernel_width + kx);
    }
    return window.result(kernel_height * kernel_width);
  }
  int cells = 0;
#pragma unroll 1
  for (int ky = 0; ky < kernel_height; ky++) {
    const int at_row = y + ky * p.dilation_y;
    if (at_row < 0 || at_row >= p.height)
      continue;
#pragma unroll 1
    for (int kx = 0; kx < kernel_width; kx++) {
      const int at_column = x + kx * p.dilation_x;
      if (at_column < 0 || at_column >= p.width)
        continue;
      window.take(plane[(long long)at_row * p.width + at_column], ky * kernel_width + kx);
      cells++;
    }
  }
  return window.result(cells);
}

template <int SIDE, class Window> __device__ __forceinline__ void slides(const Sliding &p, const Place &mine, Window window) {
  if (mine.at.live == 0)
    return;
  const float *plane = p.x.base + mine.at.image * p.x.image + p.x.rows[mine.channel / p.outputs];
  int row = mine.at.pixel / p.y.width;
  int column = mine.at.pixel - row * p.y.width;
  float lanes[QUAD] = {0.0f, 0.0f, 0.0f, 0.0f};
#pragma unroll
  for (int i = 0; i < QUAD; i++) {
    if (i < mine.at.live)
      lanes[i] = slide<SIDE>(p, plane, row, column, window);
    if (++column == p.y.width) {
      column = 0;
      row++;
    }
  }
  store(p.y, mine.at, mine.channel, activate(float4{lanes[0], lanes[1], lanes[2], lanes[3]}, p.activation));
  if (is_guarded(p.y))
    guard(p.y, mine.at, mine.channel);
}

template <int SIDE> __device__ __forceinline__ void depthwise(const Sliding &p) {
  const Place mine = own_place(p.y, p.images);
  const long long taps = SIDE > 0 ? SIDE * SIDE : (long long)p.kernel_height * p.kernel_width;
  slides<SIDE>(p, mine, Depthwise{p.weights + mine.channel * taps, p.bias[mine.channel]});
}

// The second bound keeps the compiler from saving registers at the price of memory.
extern "C" __global__ void __launch_bounds__(256, 5) slides_depthwise(const Sliding p) { depthwise<0>(p); }

extern "C" __global__ void __launch_bounds__(256, 5) slides_depthwise_3x3(const Sliding p) { depthwise<3>(p); }

extern "C" __global__ void __launch_bounds__(256, 5) slides_average(const Sliding p) {
  slides<0>(p, own_place(p.y, p.images), Average{0.0f});
}

extern "C" __global__ void __launch_bounds__(256, 5) slides_average_2x2(const Sliding p) {
  slides<2>(p, own_place(p.y, p.images), Average{0.0f});
}

extern "C" __global__ void __launch_bounds__(256, 5) slides_maximum(const Sliding p) {
  slides<0>(p, own_place(p.y, p.images), Maximum{-infinity()});
}
