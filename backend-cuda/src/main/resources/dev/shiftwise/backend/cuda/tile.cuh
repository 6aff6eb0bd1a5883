// Sums of products as tiles of shared memory: what pointwise and convolution have in common.
//
// A block computes OUTPUTS output channels of PIXELS pixels. In turns of DEPTH products it lays weights and
// pixels out in shared memory, while the next turn's are on their way to registers; each thread has
// 4 * OUTPUT_QUADS outputs of 4 * PIXEL_QUADS pixels. With SLICES the threads stand in several layers, each of
// which has its part of every turn, and their sums are added at the end, always in one order: a long sum over
// few pixels then takes less time.
//
// Weights are packed [group][product][output], the outputs padded with zeros to quads.

#ifndef SHIFTWISE_TILE
#define SHIFTWISE_TILE

template <int OUTPUTS_, int PIXELS_, int DEPTH_, int OUTPUT_QUADS_, int PIXEL_QUADS_, int SLICES_> struct Tile {
  static constexpr int OUTPUTS = OUTPUTS_;
  static constexpr int PIXELS = PIXELS_;
  static constexpr int DEPTH = DEPTH_;
  static constexpr int OUTPUT_QUADS = OUTPUT_QUADS_;
  static constexpr int PIXEL_QUADS = PIXEL_QUADS_;
  static constexpr int SLICES = SLICES_;
  // Threads side by side along pixels, along outputs, and in all.
  static constexpr int ACROSS = PIXELS / (QUAD * PIXEL_QUADS);
  static constexpr int DOWN = OUTPUTS / (QUAD * OUTPUT_QUADS);
  static constexpr int THREADS = ACROSS * DOWN * SLICES;
  // Quads of a turn, and of shared memory: two turns.
  static constexpr int WEIGHT_QUADS = DEPTH * OUTPUTS / QUAD;
  static constexpr int TURN_QUADS = WEIGHT_QUADS + DEPTH * PIXELS / QUAD;
  static constexpr int SHARED = 2 * TURN_QUADS;
  // Quads of weights that a thread brings each turn.
  static constexpr int LOADS = WEIGHT_QUADS / THREADS;

  static constexpr int COLUMNS = OUTPUTS / QUAD;

  static_assert(WEIGHT_QUADS % THREADS == 0, "every thread brings as many weights");
  static_assert(THREADS % COLUMNS == 0, "a thread's weights stand in one column");
  static_assert(DEPTH % SLICES == 0, "every slice has as many products of a turn");
  static_assert(SLICES == 1 || SLICES * OUTPUTS * PIXELS / QUAD <= SHARED, "the slices' sums fit where the turns were");
  static_assert(SLICES == 1 || (SLICES == QUAD * OUTPUT_QUADS && PIXEL_QUADS == 1), "each slice ends with one output");
};

// What a tile's sums are: y = activation(weights * x + bias + residual), for some of a group's outputs.
struct Sums {
  Target y;
  Source residual;
  const float *weights;
  const float *bias;
  Activation activation;
  int images;
  int inputs;
  int outputs;
  int padded;
};

// Which part of the work a block has: all parts of a stretch of pixels come one behind the other, so that they
// find the pixels in the cache.
struct Part {
  int group;
  int first;
  unsigned quad;
};

template <class T> __device__ __forceinline__ Part part_of(const Sums &sums) {
  const int tiles = (sums.outputs + T::OUTPUTS - 1) / T::OUTPUTS;
  const unsigned parts = sums.y.channels / sums.outputs * tiles;
  const unsigned stretch = blockIdx.x / parts;
  const int part = (int)(blockIdx.x - stretch * parts);
  Part mine;
  mine.group = part / tiles;
  mine.first = (part - mine.group * tiles) * T::OUTPUTS;
  mine.quad = stretch * (T::PIXELS / QUAD);
  return mine;
}

__device__ __forceinline__ void multiply_add(float4 &sum, float weight, const float4 &in) {
  sum.x = fmaf(weight, in.x, sum.x);
  sum.y = fmaf(weight, in.y, sum.y);
  sum.z = fmaf(weight, in.z, sum.z);
  sum.w = fmaf(weight, in.w, sum.w);
}

// Adds bias and residual to a quad of sums of some outputs that follow each other, and stores them. What is to
// be added is asked for together: no load of it could pass a store.
template <int COUNT>
__device__ __forceinline__ void finish(const Sums &sums, const Part &part, int output, const Quad &at, float4 (&z)[COUNT]) {
  if (output >= sums.outputs || at.live == 0)
    return;
  const int first = part.group * sums.outputs;
  const int last = first + sums.outputs - 1;
#pragma unroll
  for (int i = 0; i < COUNT; i++) {
    const float bias = sums.bias[min(first + output + i, last)];
    z[i] = plus(z[i], float4{bias, bias, bias, bias});
  }
  if (sums.residual.base != nullptr) {
#pragma unroll
    for (int i = 0; i < COUNT; i++)
      z[i] = plus(z[i], fetch(sums.residual, at, min(first + output + i, last)));
  }
#pragma unroll
  for (int i = 0; i < COUNT; i++) {
    z[i] = activate(z[i], sums.activation);
    if (first + output + i <= last)
      store(sums.y, at, first + output + i, z[i]);
  }
}

// What a thread has to do behind its last finish().
__device__ __forceinline__ void guard(const Sums &sums, const Part &part, int output, const Quad &at) {
  if (output < sums.outputs)
    guard(sums.y, at, part.group * sums.outputs + output);
}

// `Pixels` brings a turn's pixels: aim(product) looks up where they stand, fetch(product) asks for them, and
// lay(shared) puts them down.
template <class T, class Pixels>
__device__ __forceinline__ void compute(const Sums &sums, const Part &part, Pixels &pixels, float4 *shared) {
  const int thread = threadIdx.x;
  const int slice = thread / (T::ACROSS * T::DOWN);
  const int across = thread % T::ACROSS;
  const int down = thread / T::ACROSS % T::DOWN;
  // Where the thread's weights of the next turn stand. Beside the last output it reads those of the first.
  const int row_quads = sums.padded / QUAD;
  const int column = part.first / QUAD + thread % T::COLUMNS;
  const float4 *weights = (const float4 *)sums.weights +
                          ((long long)part.group * sums.inputs + thread / T::COLUMNS) * row_quads +
                          (column < row_quads ? column : 0);

  float4 sum[QUAD * T::OUTPUT_QUADS][T::PIXEL_QUADS];
#pragma unroll
  for (int o = 0; o < QUAD * T::OUTPUT_QUADS; o++) {
#pragma unroll
    for (int q = 0; q < T::PIXEL_QUADS; q++)
      sum[o][q] = float4{0.0f, 0.0f, 0.0f, 0.0f};
  }

  float4 brought[T::LOADS];
  const auto fetch_turn = [&](int product) {
#pragma unroll
    for (int i = 0; i < T::LOADS; i++) {
      const int k = thread / T::COLUMNS + i * (T::THREADS / T::COLUMNS);
      brought[i] = float4{0.0f, 0.0f, 0.0f, 0.0f};
      if (product + k < sums.inputs)
        brought[i] = weights[i * (T::THREADS / T::COLUMNS) * row_quads];
    }
    weights += T::DEPTH * row_quads;
    pixels.fetch(product);
    pixels.aim(product + T::DEPTH);
  };
  const auto lay_turn = [&](float4 *turn) {
#pragma unroll
    for (int i = 0; i < T::LOADS; i++)
      turn[thread + i * T::THREADS] = brought[i];
    pixels.lay(turn + T::WEIGHT_QUADS);
  };

  pixels.aim(0);
  fetch_turn(0);
  lay_turn(shared);
  __syncthreads();
  int turn = 0;
  for (int product = 0; product < sums.inputs; product += T::DEPTH) {
    const bool more = product + T::DEPTH < sums.inputs;
    if (more)
      fetch_turn(product + T::DEPTH);
    const float4 *w = shared + turn * T::TURN_QUADS + slice * (T::DEPTH / T::SLICES) * (T::OUTPUTS / QUAD) + down;
    const float4 *x = shared + turn * T::TURN_QUADS + T::WEIGHT_QUADS +
                      slice * (T::DEPTH / T::SLICES) * (T::PIXELS / QUAD) + across;
// More at a time do not fit into registers.
#pragma unroll(T::OUTPUT_QUADS * T::PIXEL_QUADS < 4 ? 4 : 2)
    for (int k = 0; k < T::DEPTH / T::SLICES; k++) {
      float4 in[T::PIXEL_QUADS];
#pragma unroll
      for (int q = 0; q < T::PIXEL_QUADS; q++)
        in[q] = x[k * (T::PIXELS / QUAD) + q * T::ACROSS];
#pragma unroll
      for (int o = 0; o < T::OUTPUT_QUADS; o++) {
        const float4 weight = w[k * (T::OUTPUTS / QUAD) + o * T::DOWN];
#pragma unroll
        for (int q = 0; q < T::PIXEL_QUADS; q++) {
          multiply_add(sum[QUAD * o][q], weight.x, in[q]);
          multiply_add(sum[QUAD * o + 1][q], weight.y, in[q]);
          multiply_add(sum[QUAD * o + 2][q], weight.z, in[q]);
          multiply_add(sum[QUAD * o + 3][q], weight.w, in[q]);
        }
      }
    }
    if (more) {
      turn ^= 1;
      lay_turn(shared + turn * T::TURN_QUADS);
      __syncthreads();
    }
  }

  const int plane = sums.y.height * sums.y.width;
  if (T::SLICES == 1) {
#pragma unroll
    for (int q = 0; q < T::PIXEL_QUADS; q++) {
      const Quad at = locate(part.quad + q * T::ACROSS + across, plane, sums.images);
#pragma unroll
      for (int o = 0; o < T::OUTPUT_QUADS; o++) {
        float4 z[QUAD] = {sum[QUAD * o][q], sum[QUAD * o + 1][q], sum[QUAD * o + 2][q], sum[QUAD * o + 3][q]};
        finish(sums, part, part.first + (o * T::DOWN + down) * QUAD, at, z);
      }
      if (is_guarded(sums.y)) {
#pragma unroll 1
        for (int o = 0; o < QUAD * T::OUTPUT_QUADS; o++)
          guard(sums, part, part.first + (o / QUAD * T::DOWN + down) * QUAD + o % QUAD, at);
      }
    }
  } else {
    // Every thread lays down what it has, and adds up one output of its place over all slices.
    constexpr int LAYER = T::ACROSS * T::DOWN;
    const int place = thread % LAYER;
    __syncthreads();
#pragma unroll
    for (int o = 0; o < QUAD * T::OUTPUT_QUADS; o++)
      shared[(slice * QUAD * T::OUTPUT_QUADS + o) * LAYER + place] = sum[o][0];
    __syncthreads();
    float4 z[1] = {shared[slice * LAYER + place]};
#pragma unroll
    for (int layer = 1; layer < T::SLICES; layer++)
      z[0] = plus(z[0], shared[(layer * QUAD * T::OUTPUT_QUADS + slice) * LAYER + place]);
    const Quad at = locate(part.quad + across, plane, sums.images);
    const int output = part.first + (slice / QUAD * T::DOWN + down) * QUAD + slice % QUAD;
    finish(sums, part, output, at, z);
    if (is_guarded(sums.y))
      guard(sums, part, output, at);
  }
}

#endif
