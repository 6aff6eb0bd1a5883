// The average of each plane. The items of a group share a plane's pixels; their sums are added in pairs.
//
// Dimensions: 0 one group, 1 parts of the channels, 2 images.

// Sums of an item, so that one need not wait for the other.
#define SUMS 4
#define STEP (VECTOR * LANES)

__kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void average(
    SOURCE(x), __global const row_t *restrict rows, TARGET(y), const ulong pitch, const int plane,
    const int channels) {
  TO_IMAGE(x);
  TO_IMAGE(y);
#if LANES > 1
  __local float shares[LANES];
#endif
  const int lane = get_local_id(0);
  const int parts = get_global_size(1);
  const int part = get_global_id(1);
  const int last = (int)((long)channels * (part + 1) / parts);
  for (int c = (int)((long)channels * part / parts); c < last; c++) {
    __global const float *from = x + rows[c] + lane * VECTOR;
    vec sums[SUMS];
#pragma unroll
    for (int i = 0; i < SUMS; i++)
      sums[i] = (vec)(0.0f);
    int p = 0;
    for (; p + SUMS * STEP <= plane; p += SUMS * STEP) {
#pragma unroll
      for (int i = 0; i < SUMS; i++)
        sums[i] += LOAD(from + p + i * STEP);
    }
    for (; p + STEP <= plane; p += STEP)
      sums[0] += LOAD(from + p);
    float each[VECTOR];
    STORE((sums[0] + sums[1]) + (sums[2] + sums[3]), each);
#pragma unroll
    for (int pairs = VECTOR / 2; pairs > 0; pairs /= 2) {
#pragma unroll
      for (int i = 0; i < pairs; i++)
        each[i] += each[i + pairs];
    }
    float sum = each[0];
    FEW_TURNS
    for (int i = 0; i < min(VECTOR, plane - p - lane * VECTOR); i++)
      sum += from[p + i];
#if LANES > 1
    shares[lane] = sum;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int pairs = LANES / 2; pairs > 0; pairs /= 2) {
      if (lane < pairs)
        shares[lane] += shares[lane + pairs];
      barrier(CLK_LOCAL_MEM_FENCE);
    }
    sum = shares[0];
    barrier(CLK_LOCAL_MEM_FENCE);
#endif
    if (lane == 0)
      y[c * pitch] = sum / plane;
  }
}
