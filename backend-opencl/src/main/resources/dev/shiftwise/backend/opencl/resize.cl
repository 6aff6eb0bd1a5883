// Bilinear resize of each plane. For every row of the result two rows of the operand, as elements, then for every
// column two columns; and how far it lies from the first to the second.
//
// Dimensions: 0 chunks of output pixels, 1 parts of the channels, 2 images.

float blend(float a, float b, float fraction) {
  return (1.0f - fraction) * a + fraction * b;
}

__kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void resize(
    SOURCE(x), __global const row_t *restrict rows, TARGET(y), const ulong pitch, __global const int *restrict places,
    __global const float *restrict fractions, const int out_height, const int out_width, const int channels,
    const int chunk) {
  TO_IMAGE(x);
  TO_IMAGE(y);
  const int parts = get_global_size(1);
  const int part = get_global_id(1);
  const int last = (int)((long)channels * (part + 1) / parts);
  const int end = min(out_height * out_width, ((int)get_group_id(0) + 1) * chunk);
  __global const int *const columns = places + 2 * out_height;
  for (int c = (int)((long)channels * part / parts); c < last; c++) {
    __global const float *from = x + rows[c];
    for (int p = get_group_id(0) * chunk + get_local_id(0); p < end; p += LANES) {
      const int row = p / out_width;
      const int column = p - row * out_width;
      __global const float *upper = from + places[2 * row];
      __global const float *lower = from + places[2 * row + 1];
      const int left = columns[2 * column];
      const int right = columns[2 * column + 1];
      const float share = fractions[out_height + column];
      y[c * pitch + p] = blend(blend(upper[left], upper[right], share), blend(lower[left], lower[right], share),
          fractions[row]);
    }
  }
}
