// What every kernel is written in: feature maps as they stand in the slab, and the one way in which elements
// are read and stored.
//
// Images go together. A thread has one or more quads, four neighbouring pixels of a plane; the quads of a plane
// come one behind the other, the last one maybe cut, then those of the next image's plane.
//
// A kernel has one argument, a struct whose fields Layouts.java repeats.

#ifndef SHIFTWISE_COMMON
#define SHIFTWISE_COMMON

constexpr int QUAD = 4;

// A map that is read: pixel p of channel c of image i is base[i * image + rows[c] + p]. A shift is nothing but
// other rows; what a row runs into beyond its plane, its producer has stored there.
struct Source {
  const float *base;
  long long image;
  const long long *rows;
};

// A map that is written, and what its reader runs into:
// - a RING shift's reader finds the last `before` elements of the ring in front of it and the first `behind`
//   elements behind it;
// - a ZERO shift's reader finds `gap` zeros in front of the first plane and behind each, and zeros in place of
//   the rows and columns that it never reads as themselves. `alive` says which it does read, four numbers a
//   channel: first row, end of rows, first column, end of columns. Null if it reads all.
struct Target {
  float *base;
  long long image;
  long long pitch;
  const int *alive;
  int channels;
  int height;
  int width;
  int before;
  int behind;
  int gap;
};

// The last thing that happens to a value: the kind says what `a` and `b` are.
struct Activation {
  float a;
  float b;
  int kind;
};

// Two bounds, which are infinite where there is none.
constexpr int CLIP = 0;
constexpr int LEAKY_RELU = 1;
constexpr int SIGMOID = 2;
constexpr int HARD_SIGMOID = 3;
constexpr int HARD_SWISH = 4;

// Four neighbouring pixels. `live` of them are in the plane, none if the quad is behind the last image.
struct Quad {
  int image;
  int pixel;
  int live;
};

__device__ __forceinline__ float infinity() { return __int_as_float(0x7f800000); }

__device__ __forceinline__ int quads_of(int plane) { return (plane + QUAD - 1) / QUAD; }

// Quads are counted in 32 bits: the host refuses maps that have more.
__device__ __forceinline__ Quad locate(unsigned quad, int plane, int images) {
  const unsigned quads = quads_of(plane);
  Quad at;
  at.image = (int)(quad / quads);
  at.pixel = (int)(quad - at.image * quads) * QUAD;
  at.live = at.image < images ? min(QUAD, plane - at.pixel) : 0;
  return at;
}

// The quads of all channels: a plane's, then the next channel's, then the next image's.
struct Place {
  Quad at;
  int channel;
};

// This thread's place where each thread of the launch has one quad.
__device__ __forceinline__ Place own_place(const Target &to, int images) {
  const unsigned quad = blockIdx.x * blockDim.x + threadIdx.x;
  const int plane = to.height * to.width;
  const unsigned quads = quads_of(plane);
  const unsigned planes = quad / quads;
  Place mine;
  mine.at.image = (int)(planes / to.channels);
  mine.channel = (int)(planes - mine.at.image * to.channels);
  mine.at.pixel = (int)(quad - planes * quads) * QUAD;
  mine.at.live = mine.at.image < images ? min(QUAD, plane - mine.at.pixel) : 0;
  return mine;
}

// Asks for a quad: in one access if it is whole and stands on 16 bytes, which a shift of its row may have
// ended. Nothing here waits for the memory, so that several can be under way.
__device__ __forceinline__ float4 fetch(const float *from, int live) {
  if (live == QUAD && ((unsigned long long)from & 15) == 0)
    return *(const float4 *)from;
  float4 quad{0.0f, 0.0f, 0.0f, 0.0f};
  if (live > 0)
    quad.x = from[0];
  if (live > 1)
    quad.y = from[1];
  if (live > 2)
    quad.z = from[2];
  if (live > 3)
    quad.w = from[3];
  return quad;
}

__device__ __forceinline__ float4 fetch(const Source &from, const Quad &at, int channel) {
  return fetch(from.base + at.image * from.image + from.rows[channel] + at.pixel, at.live);
}

// Comparisons and not fmaxf, which would turn NaN into a number.
__device__ __forceinline__ float between(float z, float low, float high) {
  z = z < low ? low : z;
  return z > high ? high : z;
}

__device__ __forceinline__ float activate(float z, const Activation &activation) {
  switch (activation.kind) {
  case CLIP:
    return between(z, activation.a, activation.b);
  case LEAKY_RELU:
    return z < 0.0f ? activation.a * z : z;
  case SIGMOID:
    return 1.0f / (1.0f + expf(-z));
  case HARD_SIGMOID:
    return between(fmaf(activation.a, z, activation.b), 0.0f, 1.0f);
  default:
    return z * (between(z + 3.0f, 0.0f, 6.0f) * (1.0f / 6.0f));
  }
}

// The kind is asked once: it is one for the whole launch.
__device__ __forceinline__ float4 activate(float4 z, const Activation &activation) {
  if (activation.kind == CLIP) {
    const float low = activation.a;
    const float high = activation.b;
    return float4{between(z.x, low, high), between(z.y, low, high), between(z.z, low, high), between(z.w, low, high)};
  }
  return float4{activate(z.x, activation), activate(z.y, activation), activate(z.z, activation),
                activate(z.w, activation)};
}

__device__ __forceinline__ float4 plus(float4 a, float4 b) {
  return float4{a.x + b.x, a.y + b.y, a.z + b.z, a.w + b.w};
}

// Stores a quad's live pixels.
__device__ __forceinline__ void store(const Target &to, const Quad &at, int channel, float4 z) {
  float *pixels = to.base + at.image * to.image + channel * to.pitch + at.pixel;
  if (at.live == QUAD && ((unsigned long long)pixels & 15) == 0) {
    *(float4 *)pixels = z;
  } else {
    if (at.live > 0)
      pixels[0] = z.x;
    if (at.live > 1)
      pixels[1] = z.y;
    if (at.live > 2)
      pixels[2] = z.z;
    if (at.live > 3)
      pixels[3] = z.w;
  }
}

// Whether readers run into anything.
__device__ __forceinline__ bool is_guarded(const Target &to) {
  return (to.before | to.behind | to.gap) != 0 || to.alive != nullptr;
}

// What readers run into on account of a quad that this thread has stored. Apart from the store, since that
// stands many times in a kernel, and few elements are concerned.
__device__ __forceinline__ void guard(const Target &to, const Quad &at, int channel) {
  float *map = to.base + at.image * to.image;
  float *pixels = map + channel * to.pitch + at.pixel;
  const int plane = to.height * to.width;
  if (to.alive != nullptr && at.live > 0) {
    const int *alive = to.alive + 4 * (long long)channel;
    int row = at.pixel / to.width;
    int column = at.pixel - row * to.width;
    for (int i = 0; i < at.live; i++) {
      if (row < alive[0] || row >= alive[1] || column < alive[2] || column >= alive[3])
        pixels[i] = 0.0f;
      if (++column == to.width) {
        column = 0;
        row++;
      }
    }
  }
  for (int i = 0; i < at.live && at.pixel + i < to.gap; i++) {
    pixels[plane + i] = 0.0f;
    if (channel == 0)
      map[at.pixel + i - to.gap] = 0.0f;
  }
  const long long ring = (long long)to.channels * plane;
  const long long first = (long long)channel * plane + at.pixel;
  if (first < to.behind || first + at.live > ring - to.before) {
    for (int i = 0; i < at.live; i++) {
      if (first + i < to.behind)
        map[ring + first + i] = pixels[i];
      if (first + i >= ring - to.before)
        map[first + i - ring] = pixels[i];
    }
  }
}

#endif
