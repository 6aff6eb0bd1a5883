// Every pixel by itself, a quad a thread. activates: the activation. joins: a function of two maps, then the
// activation; of a dimension of which a map has one element it has it everywhere. compares: the same for comparisons
// and masks. moves: nothing but other rows, so that every NaN arrives as it was.

#include "common.cuh"

struct Pixels {
  Source x;
  Target y;
  Activation activation;
  int images;
};

__device__ __forceinline__ void store(const Target &y, const Place &mine, float4 z) {
  store(y, mine.at, mine.channel, z);
  if (is_guarded(y))
    guard(y, mine.at, mine.channel);
}

// Functions that only an operator of their own computes: in every kernel they would take its registers.
constexpr int SQUARE_ROOT = 5;
constexpr int LOGARITHM = 6;
constexpr int ERROR_FUNCTION = 7;
constexpr int GELU = 8;

__device__ __forceinline__ float function(float z, int kind) {
  switch (kind) {
  case SQUARE_ROOT:
    return sqrtf(z);
  case LOGARITHM:
    return logf(z);
  case ERROR_FUNCTION:
    return erff(z);
  case GELU:
  default:
    return z * ((erff(z * 0.70710678f) + 1.0f) * 0.5f);
  }
}

extern "C" __global__ void __launch_bounds__(256) activates(const Pixels p) {
  const Place mine = own_place(p.y, p.images);
  if (mine.at.live <= 0)
    return;
  const float4 z = fetch(p.x, mine.at, mine.channel);
  const int kind = p.activation.kind;
  store(p.y, mine,
        kind < SQUARE_ROOT ? activate(z, p.activation)
                           : float4{function(z.x, kind), function(z.y, kind), function(z.z, kind), function(z.w, kind)});
}

extern "C" __global__ void __launch_bounds__(256) moves(const Pixels p) {
  const Place mine = own_place(p.y, p.images);
  if (mine.at.live > 0)
    store(p.y, mine, fetch(p.x, mine.at, mine.channel));
}

// A map to be joined with another. A row further in the result is `down` elements further here, a column `right`:
// both 0 where a channel has one element.
struct Operand {
  Source map;
  int down;
  int right;
};

struct Arithmetic {
  Operand first;
  Operand second;
  Target y;
  Activation activation;
  int function;
  int images;
};

constexpr int ADD = 0;
constexpr int SUBTRACT = 1;
constexpr int MULTIPLY = 2;

__device__ __forceinline__ float4 fetch(const Operand &from, const Target &y, const Place &mine) {
  if (from.right == 1 && from.down == y.width)
    return fetch(from.map, mine.at, mine.channel);
  const float *channel = from.map.base + mine.at.image * from.map.image + from.map.rows[mine.channel];
  int row = mine.at.pixel / y.width;
  int column = mine.at.pixel - row * y.width;
  float quad[QUAD] = {0.0f, 0.0f, 0.0f, 0.0f};
#pragma unroll
  for (int i = 0; i < QUAD; i++) {
    if (i < mine.at.live)
      quad[i] = channel[(long long)row * from.down + column * from.right];
    if (++column == y.width) {
      column = 0;
      row++;
    }
  }
  return float4{quad[0], quad[1], quad[2], quad[3]};
}

__device__ __forceinline__ float4 join(int function, float4 a, float4 b) {
  switch (function) {
  case ADD:
    return plus(a, b);
  case SUBTRACT:
    return float4{a.x - b.x, a.y - b.y, a.z - b.z, a.w - b.w};
  case MULTIPLY:
    return float4{a.x * b.x, a.y * b.y, a.z * b.z, a.w * b.w};
  default:
    return float4{a.x / b.x, a.y / b.y, a.z / b.z, a.w / b.w};
  }
}

extern "C" __global__ void __launch_bounds__(256) joins(const Arithmetic p) {
  const Place mine = own_place(p.y, p.images);
  if (mine.at.live <= 0)
    return;
  const float4 a = fetch(p.first, p.y, mine);
  const float4 b = fetch(p.second, p.y, mine);
  store(p.y, mine, activate(join(p.function, a, b), p.activation));
}

// Apart from `joins`: few networks have them.
constexpr int LESS = 4;
constexpr int LESS_OR_EQUAL = 5;
constexpr int EQUAL = 6;

__device__ __forceinline__ float compare(int function, float a, float b) {
  switch (function) {
  case LESS:
    return a < b ? 1.0f : 0.0f;
  case LESS_OR_EQUAL:
    return a <= b ? 1.0f : 0.0f;
  case EQUAL:
    return a == b ? 1.0f : 0.0f;
  default:
    return b != 0.0f ? a : -0.0f;
  }
}

extern "C" __global__ void __launch_bounds__(256) compares(const Arithmetic p) {
  const Place mine = own_place(p.y, p.images);
  if (mine.at.live <= 0)
    return;
  const float4 a = fetch(p.first, p.y, mine);
  const float4 b = fetch(p.second, p.y, mine);
  const int function = p.function;
  store(p.y, mine,
        activate(float4{compare(function, a.x, b.x), compare(function, a.y, b.y), compare(function, a.z, b.z),
                        compare(function, a.w, b.w)},
                 p.activation));
}
