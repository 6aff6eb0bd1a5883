// Any convolution: kernels of several taps, strides, padding, dilation, groups; and a residual.
//
// For a tile of output pixels an item gathers what they read into a patch of local memory, one row for each
// product of an output: tap by tap, in a tap channel by channel, +0 outside the plane. Then this is the
// pointwise convolution over the patch, for as many output channels as the item has. Where not all products
// fit into the patch, the sums rest in y from one patch to the next.
//
// Every item gathers what it computes with, so no item waits for another.
//
// Dimensions: 0 chunks of output pixels, 1 parts of each group's blocks of output channels, 2 images.

#define TILE (VECTOR * VECTORS * LANES)
// From an item's vector to its next one.
#define STEP (VECTOR * LANES)
// Copies in whole vectors may write that much behind a row's end.
#define PATCH_ROW (TILE + VECTOR)

#if LANES == 1
// One item has the whole tile: it copies stretches of rows.

// Zeros, then `count` pixels from `at` on, then zeros.
void copy_row(__global const float *x, int at, int plane, int stride_x, __local float *to, int before, int count,
              int after) {
  FEW_TURNS
  for (int i = 0; i < before; i += VECTOR)
    STORE((vec)(0.0f), to + i);
  to += before;
  int i = 0;
#if STRIDE_X == 1 || STRIDE_X == 2
  // Never beyond the plane's end, where another value may be written meanwhile.
  FEW_TURNS
  for (; i < count && at + (i + VECTOR) * STRIDE_X <= plane; i += VECTOR)
    STORE(PICK(x + at + i * STRIDE_X), to + i);
#endif
  FEW_TURNS
  for (; i < count; i++)
    to[i] = x[at + i * stride_x];
  FEW_TURNS
  for (i = 0; i < after; i += VECTOR)
    STORE((vec)(0.0f), to + count + i);
}

#define GATHER_TAP(ky, kx) \
  { \
    const int sees = columns[2 * (kx)]; \
    const int sees_until = columns[2 * (kx) + 1]; \
    int out_row = p / out_width; \
    int out_column = p - out_row * out_width; \
    for (int done = 0; done < pixels;) { \
      const int count = min(pixels - done, out_width - out_column); \
      const uint row = (uint)out_row * stride_y + (uint)(ky) * dilation_y - top; \
      const int begin = row < (uint)height ? clamp(sees, out_column, out_column + count) : out_column + count; \
      const int end = max(begin, min(sees_until, out_column + count)); \
      const int at = row * width + begin * STRIDE_X + (kx) * dilation_x - left; \
      for (int c = c_begin; c < c_end; c++) \
        copy_row(x + rows[c], at, height * width, STRIDE_X, to + (c - c_begin) * PATCH_ROW + done, begin - out_column, \
            end - begin, out_column + count - end); \
      done += count; \
      out_column = 0; \
      out_row++; \
    } \
  }

#define BEGIN_TILE \
  for (int k = 0; pixels < TILE && k < most; k++) { \
    for (int i = pixels; i < TILE; i += VECTOR) \
      STORE((vec)(0.0f), patch + k * PATCH_ROW + i); \
  }
#else
// The items of a group stand side by side: each looks up its own pixels.

#define MINE(i) ((i) / VECTOR * STEP + (i) % VECTOR)

#define BEGIN_TILE \
  uint tops[VECTORS * VECTOR]; \
  uint lefts[VECTORS * VECTOR]; \
  for (int i = 0; i < VECTORS * VECTOR; i++) { \
    const int q = p + lane + MINE(i); \
    tops[i] = (uint)(q / out_width) * stride_y - top; \
    lefts[i] = (uint)(q % out_width) * STRIDE_X - left; \
  }

#define GATHER_TAP(ky, kx) \
  { \
    int at[VECTORS * VECTOR]; \
    for (int i = 0; i < VECTORS * VECTOR; i++) { \
      const uint row = tops[i] + (uint)(ky) * dilation_y; \
      const uint column = lefts[i] + (uint)(kx) * dilation_x; \
      const bool inside = row < (uint)height && column < (uint)width && lane + MINE(i) < pixels; \
      at[i] = inside ? (int)(row * width + column) : -1; \
    } \
    for (int c = c_begin; c < c_end; c++) { \
      __global const float *from = x + rows[c]; \
      for (int i = 0; i < VECTORS * VECTOR; i++) \
        to[(c - c_begin) * PATCH_ROW + lane + MINE(i)] = at[i] < 0 ? 0.0f : from[at[i]]; \
    } \
  }
#endif

// What the sums begin with: the sums so far, or the bias and what is to be added.
#ifdef RESIDUAL
#define BEGINS_IN_MEMORY true
#define BEGIN(o, q) (k == 0 ? b[o] + r[(ulong)(first + (o)) * r_pitch + p + (q)] : out[(o) * pitch + (q)])
#else
#define BEGINS_IN_MEMORY k > 0
#define BEGIN(o, q) out[(o) * pitch + (q)]
#endif

#if VECTOR == 1
#define IS_MINE(o, v) (o) < live && lane + (v) * STEP < pixels
#define BEGIN_BLOCK
#define BEGIN_VECTOR(o, v) IS_MINE(o, v) ? BEGIN(o, lane + (v) * STEP) : 0.0f
#define END_VECTOR(o, v) \
  if (IS_MINE(o, v)) \
    out[(o) * pitch + lane + (v) * STEP] = sum[o][v];
#define END_BLOCK
#else
// Vectors that begin in memory, or that the plane's end cuts, go through local memory: once in the source, and not
// for each vector.
#define IN_TILE(o, v) tile + (o) * TILE + (v) * STEP + lane
#define EACH_OF_MINE \
  FEW_TURNS for (int o = 0; o < live; o++) \
    FEW_TURNS for (int v = 0; v < VECTORS; v++) \
      FEW_TURNS for (int q = lane + v * STEP; q < min(lane + v * STEP + VECTOR, pixels); q++)
#define BEGIN_BLOCK EACH_OF_MINE tile[o * TILE + q] = BEGIN(o, q);
#define BEGIN_VECTOR(o, v) LOAD(IN_TILE(o, v))
#define END_VECTOR(o, v) \
  if (pixels < TILE) \
    STORE(sum[o][v], IN_TILE(o, v)); \
  else if (o < live) \
    STORE(sum[o][v], out + (o) * pitch + (v) * STEP + lane);
#define END_BLOCK \
  if (pixels < TILE) \
    EACH_OF_MINE out[o * pitch + q] = tile[o * TILE + q];
#endif

__kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void convolution(
    SOURCE(x), __global const row_t *restrict rows, __global const float *restrict weights,
    __global const float *restrict bias, TARGET(y), const ulong pitch, const int plane, const int out_width,
    const int height, const int width, WINDOW, __global const int *restrict columns, const int inputs,
    const int channels, const int outputs, const int blocks, const int parts, const int chunk, const int most,
    ACTIVATION, __local float *patch
#if VECTOR > 1
    , __local float *tile
#endif
#ifdef RESIDUAL
    , SOURCE(r), const ulong r_pitch
#endif
) {
  TO_IMAGE(x);
  TO_IMAGE(y);
#ifdef RESIDUAL
  TO_IMAGE(r);
#endif
  const int lane = get_local_id(0) * VECTOR;
  const int group = get_global_id(1) / parts;
  const int part = get_global_id(1) - group * parts;
  const int first_block = (int)((long)blocks * part / parts);
  const int last_block = (int)((long)blocks * (part + 1) / parts);
  const int chunk_end = min(plane, ((int)get_group_id(0) + 1) * chunk);
  rows += group * channels;
#if VECTOR > 1
  FEW_TURNS
  for (int o = 0; o < OUTPUTS; o++) {
    FEW_TURNS
    for (int v = 0; v < VECTORS; v++)
      STORE((vec)(0.0f), IN_TILE(o, v));
  }
#endif

  for (int p = get_group_id(0) * chunk; p < chunk_end; p += TILE) {
    const int pixels = min(TILE, chunk_end - p);
    BEGIN_TILE
    for (int k = 0; k < inputs; k += most) {
      const int products = min(most, inputs - k);
      for (int tap = k / channels; tap * channels < k + products; tap++) {
        const int c_begin = max(k - tap * channels, 0);
        const int c_end = min(k + products - tap * channels, channels);
        __local float *to = patch + (tap * channels + c_begin - k) * PATCH_ROW;
        GATHER_TAP(tap / kernel_width, tap % kernel_width)
      }
      for (int block = first_block; block < last_block; block++) {
        const int first = group * outputs + block * OUTPUTS;
        const int live = min(OUTPUTS, outputs - block * OUTPUTS);
        const ulong packed = (ulong)group * blocks + block;
        __global const float *restrict w = weights + (packed * inputs + k) * OUTPUTS;
        __global const float *restrict b = bias + packed * OUTPUTS;
        __global float *out = y + first * pitch + p;
        vec sum[OUTPUTS][VECTORS];
        if (BEGINS_IN_MEMORY) {
          BEGIN_BLOCK
#pragma unroll
          for (int o = 0; o < OUTPUTS; o++) {
#pragma unroll
            for (int v = 0; v < VECTORS; v++)
              sum[o][v] = BEGIN_VECTOR(o, v);
          }
        } else {
#pragma unroll
          for (int o = 0; o < OUTPUTS; o++) {
#pragma unroll
            for (int v = 0; v < VECTORS; v++)
              sum[o][v] = (vec)(b[o]);
          }
        }
        for (int i = 0; i < products; i++) {
          __local const float *from = patch + i * PATCH_ROW + lane;
          vec in[VECTORS];
#pragma unroll
          for (int v = 0; v < VECTORS; v++)
            in[v] = LOAD(from + v * STEP);
#pragma unroll
          for (int o = 0; o < OUTPUTS; o++) {
            const vec weight = (vec)(w[i * OUTPUTS + o]);
#pragma unroll
            for (int v = 0; v < VECTORS; v++)
              sum[o][v] = MULTIPLY_ADD(weight, in[v], sum[o][v]);
          }
        }
        const bool done = k + products == inputs;
#pragma unroll
        for (int o = 0; o < OUTPUTS; o++) {
#pragma unroll
          for (int v = 0; v < VECTORS; v++) {
            if (done) {
              ACTIVATE(sum[o][v]);
            }
            END_VECTOR(o, v)
          }
        }
        END_BLOCK
      }
    }
  }
}
