// Every pixel by itself, a quad a thread. adds: the activation, of the sum with a second map if there is one.
// moves: nothing but other rows, so that every NaN arrives as it was.

#include "common.cuh"

struct Pixels {
  Source x;
  Source addend;
  Target y;
  Activation activation;
  int images;
};

__device__ __forceinline__ void store(const Pixels &p, const Place &mine, float4 z) {
  store(p.y, mine.at, mine.channel, z);
  if (is_guarded(p.y))
    guard(p.y, mine.at, mine.channel);
}

extern "C" __global__ void __launch_bounds__(256) adds(const Pixels p) {
  const Place mine = own_place(p.y, p.images);
  if (mine.at.live == 0)
    return;
  float4 z = fetch(p.x, mine.at, mine.channel);
  if (p.addend.base != nullptr)
    z = plus(z, fetch(p.addend, mine.at, mine.channel));
  store(p, mine, activate(z, p.activation));
}

extern "C" __global__ void __launch_bounds__(256) moves(const Pixels p) {
  const Place mine = own_place(p.y, p.images);
  if (mine.at.live > 0)
    store(p, mine, fetch(p.x, mine.at, mine.channel));
}
