// A gather by tables. The result's elements are counted through by four axes, the last one fastest; an element is the
// operand's at the sum of the axes' entries, which stand in one table behind each other. A negative entry is outside.
// Moves whole words and no floats, so every NaN arrives as it was.
//
// Dimensions: 0 chunks of the result's elements, 1 one, 2 images.

// Where an element of the operand stands, whose planes have `gap` elements between them.
#define PLACE(element) (gap == 0 ? (element) : (element) + (element) / in_plane * (long)gap)

__kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void rearrange(
    SOURCE(x), const ulong x_pitch, TARGET(y), const ulong pitch, __global const int *restrict offsets,
    const int a_size, const int b_size, const int c_size, const int d_size, const int in_plane, const int plane,
    const int elements, const int chunk, const int fill) {
  TO_IMAGE(x);
  TO_IMAGE(y);
  __global const int *const from = (__global const int *)x;
  __global const int *const as = offsets;
  __global const int *const bs = as + a_size;
  __global const int *const cs = bs + b_size;
  __global const int *const ds = cs + c_size;
  const long gap = x_pitch - in_plane;
  const int begin = get_group_id(0) * chunk;
  const int end = min(elements - begin, chunk) + begin;
#if LANES > 1
  for (int i = begin + (int)get_local_id(0); i < end; i += LANES) {
    const int channel = i / plane;
    const int d = i % d_size;
    const int c = i / d_size % c_size;
    const int b = i / d_size / c_size % b_size;
    const int a = i / d_size / c_size / b_size;
    const bool outside = (as[a] | bs[b] | cs[c] | ds[d]) < 0;
    const long element = (long)as[a] + bs[b] + cs[c] + ds[d];
    ((__global int *)(y + channel * pitch))[i - channel * plane] = outside ? fill : from[PLACE(element)];
  }
#else
  int channel = begin / plane;
  int pixel = begin - channel * plane;
  int d = begin % d_size;
  int c = begin / d_size % c_size;
  int b = begin / d_size / c_size % b_size;
  int a = begin / d_size / c_size / b_size;
  for (int i = begin; i < end;) {
    // As long as only the last axis counts on, within a plane.
    const int run = min(min(d_size - d, plane - pixel), end - i);
    const bool outside = (as[a] | bs[b] | cs[c]) < 0;
    const long start = (long)as[a] + bs[b] + cs[c];
    __global int *to = (__global int *)(y + channel * pitch) + pixel;
    for (int k = 0; k < run; k++) {
      const int offset = ds[d + k];
      to[k] = outside || offset < 0 ? fill : from[PLACE(start + offset)];
    }
    i += run;
    pixel += run;
    d += run;
    if (pixel == plane) {
      pixel = 0;
      channel++;
    }
    if (d == d_size) {
      d = 0;
      if (++c == c_size) {
        c = 0;
        if (++b == b_size) {
          b = 0;
          a++;
        }
      }
    }
  }
#endif
}
