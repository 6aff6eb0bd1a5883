// What every kernel is written in. Put in front of each source when it is compiled.
//
// A feature map is a pointer to image 0's channel 0, a distance between images, and for what is read a
// table of rows: the pixel p of channel c is x[rows[c] + p], whatever shift it is read through. The third
// dimension of a launch is the image.

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

// A vector of VECTOR pixels.
#ifndef VECTOR
#define VECTOR 1
#endif

#if VECTOR == 1
typedef float vec;
typedef int ivec;
#define AS_VEC as_float
#define AS_IVEC as_int
#define LOAD(p) (*(p))
#define ILOAD(p) (*(p))
#define STORE(v, p) (*(p) = (v))
#else
typedef JOIN(float, VECTOR) vec;
typedef JOIN(int, VECTOR) ivec;
#define AS_VEC JOIN(as_float, VECTOR)
#define AS_IVEC JOIN(as_int, VECTOR)
#define LOAD(p) JOIN(vload, VECTOR)(0, p)
#define ILOAD(p) JOIN(vload, VECTOR)(0, p)
#define STORE(v, p) JOIN(vstore, VECTOR)(v, 0, p)
#endif

// An entry of a table of rows: elements from channel 0, before or behind it. 64 bits for slabs of 2^31
// elements and more.
#ifdef LONG_ROWS
typedef long row_t;
#else
typedef int row_t;
#endif

#ifdef FP_FAST_FMAF
#define MULTIPLY_ADD(a, b, c) fma(a, b, c)
#else
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#endif

// The arguments of a map that is read, and of one that is written; and moving both on to this image.
#define SOURCE(name) __global const float *name, const ulong name##_at, const ulong name##_image
#define TARGET(name) __global float *name, const ulong name##_at, const ulong name##_image
#define TO_IMAGE(name) name += name##_at + get_global_id(2) * name##_image

// The activation: a value between two bounds, which are infinite where there is none; or a CURVE, of which `kind` says
// what the two numbers are. Comparisons and not fmax, which would turn NaN into a number.
vec between(vec z, float low, float high) {
  z = z < low ? (vec)(low) : z;
  return z > high ? (vec)(high) : z;
}
#ifdef CURVE
#define LEAKY_RELU 1
#define SIGMOID 2
#define HARD_SIGMOID 3
#define HARD_SWISH 4
#define SQUARE_ROOT 5
#define LOGARITHM 6
#define ERROR_FUNCTION 7
#define ACTIVATION const int kind, const float low, const float high
#define ACTIVATE(z) z = curve(z, kind, low, high)
vec curve(vec z, int kind, float a, float b) {
  if (kind == LEAKY_RELU)
    return z < 0.0f ? a * z : z;
  if (kind == SIGMOID)
    return 1.0f / (1.0f + exp(-z));
  if (kind == HARD_SIGMOID)
    return between(a * z + b, 0.0f, 1.0f);
#ifdef FUNCTION
  if (kind == SQUARE_ROOT)
    return sqrt(z);
  if (kind == LOGARITHM)
    return log(z);
  if (kind == ERROR_FUNCTION)
    return erf(z);
  if (kind != HARD_SWISH)
    return z * ((erf(z * 0.70710678f) + 1.0f) * 0.5f);
#endif
  // The factor first: six times a large value is no float.
  return z * (between(z + 3.0f, 0.0f, 6.0f) * (1.0f / 6.0f));
}
#else
#define ACTIVATION const float low, const float high
#define ACTIVATE(z) z = between(z, low, high)
#endif

// Before a loop of few turns. Compilers make vectors and copies of it for any number of turns otherwise, and
// take seconds.
#ifdef __clang__
#define FEW_TURNS _Pragma("clang loop vectorize(disable) unroll(disable)")
#else
#define FEW_TURNS
#endif

// A vector of which only the first `live` pixels are there to be read; the others are 0.
vec load_live(__global const float *from, int live) {
  if (live >= VECTOR)
    return LOAD(from);
  float lanes[VECTOR];
  FEW_TURNS
  for (int i = 0; i < VECTOR; i++)
    lanes[i] = i < live ? from[i] : 0.0f;
  return LOAD(lanes);
}

// Stores the first `live` pixels of a vector.
void store_live(vec z, __global float *to, int live) {
  if (live >= VECTOR) {
    STORE(z, to);
    return;
  }
  float lanes[VECTOR];
  STORE(z, lanes);
  FEW_TURNS
  for (int i = 0; i < live; i++)
    to[i] = lanes[i];
}

// The arguments of a sliding window. A constant of the same name in capitals, where there is one, is the argument's
// value or its name.
#define WINDOW \
  const int kernel_height, const int kernel_width, const int stride_y, const int stride_x, const int dilation_y, \
      const int dilation_x, const int top, const int left

// Every STRIDE_X-th pixel, for strides of 1 and 2. Reads VECTOR * STRIDE_X pixels.
#if VECTOR == 1 || STRIDE_X == 1
#define PICK(p) LOAD(p)
#elif VECTOR == 2
#define PICK(p) vload4(0, p).even
#elif VECTOR == 4
#define PICK(p) vload8(0, p).even
#elif VECTOR == 8
#define PICK(p) vload16(0, p).even
#else
#define PICK(p) (vec)(vload16(0, p).even, vload16(1, p).even)
#endif
