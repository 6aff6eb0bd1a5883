// The fused operator: pointwise group convolution through channel and address shift, with bias, residual,
// activation and the guards that the reader of the result wants, in one launch and one store.
//
// A work-item computes OUTPUTS output channels of VECTORS vectors of pixels at a time, all sums in registers,
// and goes on over its chunk of the plane. The LANES items of a group stand side by side: one on a CPU, where
// an item has the vectors; many on a GPU, where neighbours read neighbouring pixels.
//
// Dimensions: 0 chunks of pixels, 1 blocks of output channels, 2 images.

#define TILE (VECTOR * VECTORS * LANES)

// Stores one vector of channel o, whose first pixel is p; the first `skip` pixels belong to the vector before.
#define FINISH(z, o, p, skip) \
  { \
    const int channel = first + (o); \
    __global float *out = y + (ulong)channel * pitch + (p); \
    ADD_RESIDUAL(z, channel, p, skip) \
    ACTIVATE(z); \
    KILL_BORDER(z, channel, p) \
    if ((skip) == 0) { \
      STORE(z, out); \
    } else { \
      STORE_FROM(z, out, skip) \
    } \
    COPY_RING(z, channel, p, skip, out) \
  }

#if VECTOR == 1
#define STORE_FROM(z, out, skip)
#else
#define STORE_FROM(z, out, skip) \
  float lanes[VECTOR]; \
  STORE(z, lanes); \
  for (int i = skip; i < VECTOR; i++) \
    out[i] = lanes[i];
#endif

// The residual may stand where the result goes, so no pixel of it is read that another vector writes.
#ifdef RESIDUAL
#define ADD_RESIDUAL(z, channel, p, skip) \
  { \
    __global const float *from = r + (ulong)(channel) * r_pitch + (p); \
    if ((skip) == 0) { \
      z += LOAD(from); \
    } else { \
      float lanes[VECTOR]; \
      for (int i = 0; i < VECTOR; i++) \
        lanes[i] = i < (skip) ? 0.0f : from[i]; \
      z += LOAD(lanes); \
    } \
  }
#else
#define ADD_RESIDUAL(z, channel, p, skip)
#endif

// Dead borders: a ZERO shift's reader finds zeros where its flat reads leave a row. `masks` holds a plane of
// all ones or zeros for each displacement, `dead` which of them a channel has.
#ifdef DEAD_BORDERS
#define KILL_BORDER(z, channel, p) \
  z = AS_VEC(AS_IVEC(z) & ILOAD(masks + (ulong)dead[channel] * plane + (p)));
#else
#define KILL_BORDER(z, channel, p)
#endif

// A RING shift's reader runs out of the ring at its two ends and finds copies of the other end there.
#ifdef RING_COPIES
#define COPY_RING(z, channel, p, skip, out) \
  if ((channel) == 0 || (channel) == channels - 1) { \
    float ring[VECTOR]; \
    STORE(z, ring); \
    for (int i = skip; i < VECTOR; i++) { \
      if ((channel) == 0 && (p) + i < behind) \
        out[i + (ulong)channels * plane] = ring[i]; \
      if ((channel) == channels - 1 && (p) + i >= plane - before) \
        out[i - (long)channels * plane] = ring[i]; \
    } \
  }
#else
#define COPY_RING(z, channel, p, skip, out)
#endif

// Sums over the inputs of COUNT vectors that lie `step` pixels apart, from pixel `at` on.
#define COMPUTE(COUNT, at, step, skip) \
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
            FINISH(sum[o][v], o, (at) + v * (step), skip) \
      } \
    } \
  }

__kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void pointwise(
    SOURCE(x), __global const row_t *restrict rows, __global const float *restrict weights,
    __global const float *restrict bias, TARGET(y), const ulong pitch, const int plane,
    const int inputs, const int outputs, const int blocks, const int chunk
#ifdef RESIDUAL
    , SOURCE(r), const ulong r_pitch
#endif
#ifdef DEAD_BORDERS
    , __global const int *restrict masks, __global const int *restrict dead, const int gap
#endif
#ifdef RING_COPIES
    , const int before, const int behind
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
#if defined(RING_COPIES) || defined(DEAD_BORDERS)
  const int channels = outputs * (get_global_size(1) / blocks);
#endif
  __global const float *restrict w = weights + (ulong)block * inputs * OUTPUTS;
  __global const float *restrict b = bias + (ulong)block * OUTPUTS;
  rows += group * inputs;

  const int lane = get_local_id(0) * VECTOR;
  int p = get_group_id(0) * chunk;
  const int end = min(plane, p + chunk);
#ifdef DEAD_BORDERS
  // Zeros between the planes, in front of the first and behind the last.
  if (lane == 0 && end == plane) {
    for (int o = 0; o < live; o++) {
      for (int i = 0; i < gap; i++)
        y[(ulong)(first + o) * pitch + plane + i] = 0.0f;
    }
    for (int i = 1; first == 0 && i <= gap; i++)
      y[-i] = 0.0f;
  }
#endif
  for (; p + TILE <= end; p += TILE)
    COMPUTE(VECTORS, p + lane, VECTOR * LANES, 0)
#if VECTORS > 2
  if (p + 2 * VECTOR * LANES <= end) {
    COMPUTE(2, p + lane, VECTOR * LANES, 0)
    p += 2 * VECTOR * LANES;
  }
#endif
  // The last vector is moved back into the plane; it stores what no vector before it has.
  for (p += lane; p < end; p += VECTOR * LANES) {
    const int skip = max(0, p + VECTOR - end);
    COMPUTE(1, p - skip, 0, skip)
  }
}
