// A window that slides over each plane on its own: depthwise convolution (the default), AVERAGE and MAXIMUM.
//
// STRIP: an item lays out the rows that a strip of output rows needs, with their padding, in local memory, so
// that whole vectors of output pixels see their taps without asking for borders. Else each item looks up
// every tap of its pixels.
//
// Dimensions: 0 strips of output rows, or chunks of output pixels; 1 parts of the channels; 2 images.

#ifdef MAXIMUM
#define PADDING -INFINITY
#define START (vec)(PADDING)
// NaN wins, and no number after it.
#define TAKE(best, value, tap) best = (((value) > best) | ((value) != (value))) ? (value) : best
#define FINISH(best, row, column)
#elif defined(AVERAGE)
#define PADDING 0.0f
#define START (vec)(PADDING)
#define TAKE(sum, value, tap) sum += (value)
// By the cells inside the plane: those of the row times those of the column.
#define FINISH(sum, row, column) sum /= cells[row] * LOAD(cells + out_height + (column))
#else
#define PADDING 0.0f
#define START (vec)(bias[output])
#define TAKE(sum, value, tap) sum = MULTIPLY_ADD((vec)(weights[output * (KERNEL_HEIGHT * KERNEL_WIDTH) + (tap)]), value, sum)
#define FINISH(sum, row, column) ACTIVATE(sum)
#endif

#ifdef STRIP

#if STRIDE_X == 1 || STRIDE_X == 2
#define PICK_TAP(p) PICK(p)
#else
#define PICK_TAP(p) pick_tap(p, stride_x)
vec pick_tap(__local const float *p, int stride_x) {
  float lanes[VECTOR];
  FEW_TURNS
  for (int i = 0; i < VECTOR; i++)
    lanes[i] = p[i * stride_x];
  return LOAD(lanes);
}
#endif

// Copies `count` pixels between paddings of which `before` stand before them. The plane has `rest` pixels from here
// on. Writes up to a vector too far.
void lay_row(__global const float *from, int count, int rest, __local float *to, int before, int length) {
  int i = 0;
  FEW_TURNS
  for (; i < min(length, before); i += VECTOR)
    STORE((vec)(PADDING), to + i);
  to += before;
  for (i = 0; i < count && i + VECTOR <= rest; i += VECTOR)
    STORE(LOAD(from + i), to + i);
  FEW_TURNS
  for (; i < count; i++)
    to[i] = from[i];
  FEW_TURNS
  for (i = count; i < length - before; i += VECTOR)
    STORE((vec)(PADDING), to + i);
}
#endif

__kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void sliding(
    SOURCE(x), __global const row_t *restrict rows, TARGET(y), const ulong pitch, const int height,
    const int width, const int out_height, const int out_width, WINDOW, const int channels, const int outputs,
    const int chunk
#ifdef AVERAGE
    , __global const float *restrict cells
#elif !defined(MAXIMUM)
    , __global const float *restrict weights, __global const float *restrict bias, ACTIVATION
#endif
#ifdef STRIP
    , const int length, __local float *strip
#endif
) {
  TO_IMAGE(x);
  TO_IMAGE(y);
  const int parts = get_global_size(1);
  const int part = get_global_id(1);
  const int last = (int)((long)channels * (part + 1) / parts);
#ifdef STRIP
  const int begin = get_group_id(0) * chunk;
  const int end = min(out_height, begin + chunk);
  const int laid = (end - begin - 1) * stride_y + (KERNEL_HEIGHT - 1) * dilation_y + 1;
  for (int channel = (int)((long)channels * part / parts); channel < last; channel++) {
    __global const float *plane = x + rows[channel];
    for (int i = 0; i < laid; i++) {
      const int row = begin * stride_y - top + i;
      const bool inside = row >= 0 && row < height;
      const int at = inside ? row * width : 0;
      lay_row(plane + at, inside ? clamp(length - left, 0, width) : 0, height * width - at,
          strip + i * length, left, length);
    }
    for (int output = channel * outputs; output < (channel + 1) * outputs; output++) {
      __global float *out = y + output * pitch;
      for (int row = begin; row < end; row++) {
        __local const float *from = strip + (row - begin) * stride_y * length;
        for (int column = 0; column < out_width; column += VECTOR) {
          vec z = START;
          for (int ky = 0; ky < KERNEL_HEIGHT; ky++) {
            for (int kx = 0; kx < KERNEL_WIDTH; kx++) {
              const vec value = PICK_TAP(from + ky * dilation_y * length + column * STRIDE_X + kx * dilation_x);
              TAKE(z, value, ky * KERNEL_WIDTH + kx);
            }
          }
          FINISH(z, row, column);
          // What a vector writes behind its row, the next row writes again.
          const int p = row * out_width + column;
          store_live(z, out + p, end * out_width - p);
        }
      }
    }
  }
#else
  const int end = min(out_height * out_width, ((int)get_group_id(0) + 1) * chunk);
  for (int channel = (int)((long)channels * part / parts); channel < last; channel++) {
    __global const float *plane = x + rows[channel];
    for (int output = channel * outputs; output < (channel + 1) * outputs; output++) {
      for (int p = get_group_id(0) * chunk + get_local_id(0); p < end; p += LANES) {
        const int row = p / out_width;
        const int column = p - row * out_width;
        vec z = START;
        for (int ky = 0; ky < KERNEL_HEIGHT; ky++) {
          // Not negative, so before the plane is behind it.
          const uint row_at = (uint)row * stride_y + (uint)ky * dilation_y - top;
          for (int kx = 0; kx < KERNEL_WIDTH; kx++) {
            const uint column_at = (uint)column * STRIDE_X + (uint)kx * dilation_x - left;
            const bool inside = row_at < (uint)height && column_at < (uint)width;
            const float value = inside ? plane[row_at * width + column_at] : PADDING;
            TAKE(z, value, ky * KERNEL_WIDTH + kx);
          }
        }
        FINISH(z, row, column);
        y[output * pitch + p] = z;
      }
    }
  }
#endif
}
