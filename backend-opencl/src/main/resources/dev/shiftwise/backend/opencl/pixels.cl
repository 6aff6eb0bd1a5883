// Every pixel by itself: the activation, of the sum with a second map if there is an ADDEND.
//
// Dimensions: 0 chunks of pixels, 1 parts of the channels, 2 images.

__kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void pixels(
    SOURCE(x), __global const row_t *restrict rows, TARGET(y), const ulong pitch, const int plane,
    const int channels, const int chunk, ACTIVATION
#ifdef ADDEND
    , SOURCE(a), __global const row_t *restrict a_rows
#endif
) {
  TO_IMAGE(x);
  TO_IMAGE(y);
#ifdef ADDEND
  TO_IMAGE(a);
#endif
  const int parts = get_global_size(1);
  const int part = get_global_id(1);
  const int last = (int)((long)channels * (part + 1) / parts);
  const int begin = get_group_id(0) * chunk + get_local_id(0) * VECTOR;
  const int end = min(plane, ((int)get_group_id(0) + 1) * chunk);
  for (int c = (int)((long)channels * part / parts); c < last; c++) {
    __global const float *from = x + rows[c];
    __global float *to = y + c * pitch;
    for (int p = begin; p < end; p += VECTOR * LANES) {
      vec z = load_live(from + p, end - p);
#ifdef ADDEND
      z += load_live(a + a_rows[c] + p, end - p);
#endif
      ACTIVATE(z);
      store_live(z, to + p, end - p);
    }
  }
}
