// The dense layer: every output is a sum over all elements of the image.
//
// SIDE items of a group stand side by side along the outputs, each with VECTORS vectors of them; the group's
// LANES / SIDE rows of items share the inputs, every so-manieth each, and the first adds up what they have.
// `elements` is where each element of the image stands.
//
// Dimensions: 0 chunks of blocks of outputs, 1 one, 2 images.

#define OUTPUTS (VECTOR * VECTORS * SIDE)
#define SHARES (LANES / SIDE)

__kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void dense(
    SOURCE(x), __global const row_t *restrict elements, __global const float *restrict weights,
    __global const float *restrict bias, TARGET(y), const ulong pitch, const int inputs, const int outputs,
    const int blocks, const int chunk, ACTIVATION) {
  TO_IMAGE(x);
  TO_IMAGE(y);
#if SHARES > 1
  __local vec shares[VECTORS][LANES];
#endif
  const int lane = get_local_id(0);
  const int side = lane % SIDE;
  const int share = lane / SIDE;
  const int last = min(blocks, ((int)get_group_id(0) + 1) * chunk);
  for (int block = get_group_id(0) * chunk; block < last; block++) {
    __global const float *restrict w = weights + (ulong)block * inputs * OUTPUTS + side * VECTOR;
    vec sum[VECTORS];
#pragma unroll
    for (int v = 0; v < VECTORS; v++)
      sum[v] = (vec)(0.0f);
    for (int j = share; j < inputs; j += SHARES) {
      const vec in = (vec)(x[elements[j]]);
#pragma unroll
      for (int v = 0; v < VECTORS; v++)
        sum[v] = MULTIPLY_ADD(LOAD(w + (ulong)j * OUTPUTS + v * VECTOR * SIDE), in, sum[v]);
    }
#if SHARES > 1
#pragma unroll
    for (int v = 0; v < VECTORS; v++)
      shares[v][lane] = sum[v];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int i = 1; share == 0 && i < SHARES; i++) {
#pragma unroll
      for (int v = 0; v < VECTORS; v++)
        sum[v] += shares[v][i * SIDE + side];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
#endif
    if (share == 0) {
      for (int v = 0; v < VECTORS; v++) {
        const int at = (v * SIDE + side) * VECTOR;
        vec z = sum[v] + LOAD(bias + block * OUTPUTS + at);
        ACTIVATE(z);
        const int live = min(VECTOR, outputs - block * OUTPUTS - at);
        float lanes[VECTOR];
        STORE(z, lanes);
        for (int i = 0; i < live; i++)
          y[(ulong)(block * OUTPUTS + at + i) * pitch] = lanes[i];
      }
    }
  }
}
