// Softmax over the channels of each pixel, less the largest, so that no exponential overflows.
//
// SIDE items of a group stand side by side along the pixels, each with a vector of them; the group's
// LANES / SIDE rows of items share the channels.
//
// Dimensions: 0 chunks of pixels, 1 one, 2 images.

#define SHARES (LANES / SIDE)

#if SHARES > 1
// Brings the values of all items of a pixel together, in one order for all.
#define TOGETHER(value, JOIN_TWO) \
  shares[lane] = value; \
  barrier(CLK_LOCAL_MEM_FENCE); \
  value = shares[side]; \
  for (int i = 1; i < SHARES; i++) { \
    const vec other = shares[i * SIDE + side]; \
    JOIN_TWO; \
  } \
  barrier(CLK_LOCAL_MEM_FENCE);
#else
#define TOGETHER(value, JOIN_TWO)
#endif

__kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void softmax(
    SOURCE(x), __global const row_t *restrict rows, TARGET(y), const ulong pitch, const int plane,
    const int channels, const int chunk) {
  TO_IMAGE(x);
  TO_IMAGE(y);
#if SHARES > 1
  __local vec shares[LANES];
#endif
  const int lane = get_local_id(0);
  const int side = lane % SIDE;
  const int end = min(plane, ((int)get_group_id(0) + 1) * chunk);
  for (int first = get_group_id(0) * chunk; first < end; first += VECTOR * SIDE) {
    const int p = first + side * VECTOR;
    // Items beside the plane go along, for the barriers, but touch nothing.
    const int live = end - p;
    const int begin = live > 0 ? lane / SIDE : channels;
    vec largest = (vec)(-INFINITY);
    for (int c = begin; c < channels; c += SHARES) {
      const vec z = load_live(x + rows[c] + p, live);
      largest = z > largest ? z : largest;
    }
    TOGETHER(largest, largest = other > largest ? other : largest)
    vec sum = (vec)(0.0f);
    for (int c = begin; c < channels; c += SHARES) {
      const vec z = exp(load_live(x + rows[c] + p, live) - largest);
      sum += z;
      store_live(z, y + c * pitch + p, live);
    }
    TOGETHER(sum, sum += other)
    for (int c = begin; c < channels; c += SHARES) {
      __global float *to = y + c * pitch + p;
      store_live(load_live(to, live) / sum, to, live);
    }
  }
}
