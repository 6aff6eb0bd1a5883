// Every pixel by itself: the activation, of a function of two maps if there is a SECOND. Of a dimension in which a
// map has one element only it has it everywhere: then a row further in the result is 0 elements further in the map
// (`down`), or a column (`right`). Comparisons and masks are programs of their own: COMPARES.
//
// Dimensions: 0 chunks of pixels, 1 parts of the channels, 2 images.

#ifdef SECOND
#define ADD 0
#define SUBTRACT 1
#define MULTIPLY 2

#define STEPS(name) const int name##_down, const int name##_right
#define LOAD_PIXELS(name, from, p) load_spread(from, p, end - (p), width, name##_down, name##_right)

// The pixels from `p` on of a map that may be smaller than the result.
vec load_spread(__global const float *from, int p, int live, int width, int down, int right) {
  if (right == 1 && down == width)
    return load_live(from + p, live);
  if (right == 0 && down == 0)
    return (vec)(*from);
  float lanes[VECTOR];
  int row = p / width;
  int column = p - row * width;
  FEW_TURNS
  for (int i = 0; i < VECTOR; i++) {
    lanes[i] = i < live ? from[row * down + column * right] : 0.0f;
    if (++column == width) {
      column = 0;
      row++;
    }
  }
  return LOAD(lanes);
}

#ifdef COMPARES
#define LESS 4
#define LESS_OR_EQUAL 5
#define EQUAL 6

vec join(int function, vec a, vec b) {
  const vec no = (vec)(0.0f);
  const vec yes = (vec)(1.0f);
  if (function == LESS)
    return select(no, yes, a < b);
  if (function == LESS_OR_EQUAL)
    return select(no, yes, a <= b);
  return function == EQUAL ? select(no, yes, a == b) : select((vec)(-0.0f), a, b != no);
}
#else
vec join(int function, vec a, vec b) {
  if (function == ADD)
    return a + b;
  if (function == SUBTRACT)
    return a - b;
  return function == MULTIPLY ? a * b : a / b;
}
#endif
#else
#define LOAD_PIXELS(name, from, p) load_live(from + (p), end - (p))
#endif

__kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void pixels(
    SOURCE(x), __global const row_t *restrict rows, TARGET(y), const ulong pitch, const int plane,
    const int channels, const int chunk, ACTIVATION
#ifdef SECOND
    , STEPS(x), SOURCE(s), __global const row_t *restrict s_rows, STEPS(s), const int width, const int function
#endif
) {
  TO_IMAGE(x);
  TO_IMAGE(y);
#ifdef SECOND
  TO_IMAGE(s);
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
      vec z = LOAD_PIXELS(x, from, p);
#ifdef SECOND
      z = join(function, z, LOAD_PIXELS(s, s + s_rows[c], p));
#endif
      ACTIVATE(z);
      store_live(z, to + p, end - p);
    }
  }
}
