// The fused operator: pointwise group convolution through channel and address shift, with bias, residual,
// activation and the guards that the reader of the result wants, in one launch and one store.
//
// A work-item computes OUTPUTS output channels of VECTORS vectors of pixels at a time, all sums in registers,
// and goes on over its chunk of the plane. The LANES items of a group stand side by side: one on a CPU, where
// an item has the vectors; many on a GPU, where neighbours read neighbouring pixels.
//
// Dimensions: 0 chunks of pixels, 1 blocks of output channels, 2 images.

#define TILE (VECTOR * VECTORS * LANES)

// Dead borders: a ZERO shift's reader finds zeros where its flat reads leave a row. `masks` holds a plane of
// all ones or zeros for each displacement, `dead` which of them a channel has.
#ifdef DEAD_BORDERS
#define KILL_BORDER(z, channel, p) \
  z = AS_VEC(AS_IVEC(z) & ILOAD(masks + (ulong)dead[channel] * plane + (p)));
#else
#define KILL_BORDER(z, channel, p)
#endif

#ifdef RESIDUAL
#define ADD_RESIDUAL(z, channel, p) z += LOAD(r + (ulong)(channel) * r_pitch + (p));
// No pixel of it is read that another vector writes: it may stand where the result goes.
#define ADD_LAST_RESIDUAL(z, channel, p, skip) \
  { \
    float lanes[VECTOR]; \
    FEW_TURNS for (int i = 0; i < VECTOR; i++) \
      lanes[i] = i < (skip) ? 0.0f : r[(ulong)(channel) * r_pitch + (p) + i]; \
    z += LOAD(lanes); \
  }
#else
#define ADD_RESIDUAL(z, channel, p)
#define ADD_LAST_RESIDUAL(z, channel, p, skip)
#endif

// Stores a vector of a channel, whose first pixel is p.
#define FINISH(z, channel, p, skip) \
  { \
    ADD_RESIDUAL(z, channel, p) \
    ACTIVATE(z); \
    KILL_BORDER(z, channel, p) \
    STORE(z, y + (ulong)(channel) * pitch + (p)); \
  }

// Stores the plane's last vector, whose first `skip` pixels belong to the vector before.
#define FINISH_LAST(z, channel, p, skip) \
  { \
    ADD_LAST_RESIDUAL(z, channel, p, skip) \
    ACTIVATE(z); \
    KILL_BORDER(z, channel, p) \
    float lanes[VECTOR]; \
    STORE(z, lanes); \
    FEW_TURNS for (int i = skip; i < VECTOR; i++) \
      y[(ulong)(channel) * pitch + (p) + i] = lanes[i]; \
  }

// Sums over the inputs of COUNT vectors that lie `step` pixels apart, from pixel `at` on.
#define COMPUTE(COUNT, at, step, STORE_SUM, skip) \
  { \
    vec sum[OUTPUTS][COUNT]; \
    _Pragma("unroll") for (int o = 0; o < OUTPUTS; o++) { \
      _Pragma("unroll") for (int v = 0; v < COUNT; v++) sum[o][v] = (vec)(b[o]); \
    } \
    for (int c = 0; c < inputs; c++) { \
      __global const float *from = x + rows[c] + (at); \
      vec in[COUNT]; \
      _Pragma("unroll") for (int v = 0; v < COUNT; v++) in[v] = LOAD(from + v * (step)); \
      _Pragma("unroll") for (int o = 0; o < OUTPUTS; o++) { \
        const vec weight = (vec)(w[c * OUTPUTS + o]); \
        _Pragma("unroll") for (int v = 0; v < COUNT; v++) \
            sum[o][v] = MULTIPLY_ADD(weight, in[v], sum[o][v]); \
      } \
    } \
    _Pragma("unroll") for (int o = 0; o < OUTPUTS; o++) { \
      if (o < live) { \
        _Pragma("unroll") for (int v = 0; v < COUNT; v++) \
            STORE_SUM(sum[o][v], first + o, (at) + v * (step), skip) \
      } \
    } \
  }

__kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void pointwise(
    SOURCE(x), __global const row_t *restrict rows, __global const float *restrict weights,
    __global const float *restrict bias, TARGET(y), const ulong pitch, const int plane,
    const int inputs, const int outputs, const int blocks, const int chunk, const int before,
    const int behind, ACTIVATION
#ifdef RESIDUAL
    , SOURCE(r), const ulong r_pitch
#endif
#ifdef DEAD_BORDERS
    , __global const int *restrict masks, __global const int *restrict dead, const int gap
#endif
) {
  TO_IMAGE(x);
  TO_IMAGE(y);
#ifdef RESIDUAL
  TO_IMAGE(r);
#endif
  const int block = get_global_id(1);
  const int group = block / blocks;
  const int done = (block - group * blocks) * OUTPUTS;
  const int first = group * outputs + done;
  const int live = min(OUTPUTS, outputs - done);
  __global const float *restrict w = weights + (ulong)block * inputs * OUTPUTS;
  __global const float *restrict b = bias + (ulong)block * OUTPUTS;
  rows += group * inputs;

  const int lane = get_local_id(0) * VECTOR;
  const int begin = get_group_id(0) * chunk;
  const int end = min(plane, begin + chunk);
  int p = begin;
  for (; p + TILE <= end; p += TILE)
    COMPUTE(VECTORS, p + lane, VECTOR * LANES, FINISH, 0)
#if VECTORS > 2
  if (p + 2 * VECTOR * LANES <= end) {
    COMPUTE(2, p + lane, VECTOR * LANES, FINISH, 0)
    p += 2 * VECTOR * LANES;
  }
#endif
  // The last vector is moved back into the plane; it stores what no vector before it has.
  for (p += lane; p < end; p += VECTOR * LANES) {
    const int skip = max(0, p + VECTOR - end);
    COMPUTE(1, p - skip, 0, FINISH_LAST, skip)
  }

#ifdef DEAD_BORDERS
  // Zeros between the planes, in front of the first and behind the last.
  if (lane == 0 && end == plane) {
    FEW_TURNS for (int o = 0; o < live; o++) {
      FEW_TURNS for (int i = 0; i < gap; i++)
        y[(ulong)(first + o) * pitch + plane + i] = 0.0f;
    }
    FEW_TURNS for (int i = 1; first == 0 && i <= gap; i++)
      y[-i] = 0.0f;
  }
#endif
  // A RING shift's reader runs out of the ring at its two ends and finds copies of the other end there.
  const int channels = outputs * (int)(get_global_size(1) / blocks);
  const bool at_start = behind > 0 && first == 0;
  const bool at_end = before > 0 && first + live == channels;
#if LANES > 1
  // Not inside the condition, though all items agree on it: PoCL 3.1 then computes wrong results.
  barrier(CLK_GLOBAL_MEM_FENCE);
#endif
  if (at_start || at_end) {
    const long ring = (long)channels * plane;
    __global float *last = y + (ulong)(channels - 1) * plane;
    FEW_TURNS for (int i = begin + (int)get_local_id(0); i < end; i += LANES) {
      if (at_start && i < behind)
        y[ring + i] = y[i];
      if (at_end && i >= plane - before)
        last[i - ring] = last[i];
    }
  }
}
