// A gather by tables, a quad a thread. The result's elements are counted through by four axes, the last one
// fastest; the element of the read map, whose planes stand without gaps, is the sum of the axes' entries.
// Moves, and never computes.

#include "common.cuh"

// Offsets of elements; a negative one is outside.
struct Axis {
  const int *offsets;
  int size;
};

struct Rearrange {
  const float *base;
  long long image;
  Target y;
  Axis first;
  Axis second;
  Axis third;
  Axis last;
  float fill;
  int images;
};

extern "C" __global__ void __launch_bounds__(256) rearranges(const Rearrange p) {
  const Place mine = own_place(p.y, p.images);
  if (mine.at.live == 0)
    return;
  // Elements of an image are counted in 32 bits: the host refuses more.
  unsigned left = (unsigned)mine.channel * (unsigned)(p.y.height * p.y.width) + mine.at.pixel;
  int last = (int)(left % p.last.size);
  left /= p.last.size;
  int third = (int)(left % p.third.size);
  left /= p.third.size;
  int second = (int)(left % p.second.size);
  int first = (int)(left / p.second.size);
  const float *from = p.base + mine.at.image * p.image;
  float quad[QUAD] = {p.fill, p.fill, p.fill, p.fill};
#pragma unroll
  for (int i = 0; i < QUAD; i++) {
    if (i < mine.at.live) {
      const int a = p.first.offsets[first];
      const int b = p.second.offsets[second];
      const int c = p.third.offsets[third];
      const int d = p.last.offsets[last];
      if ((a | b | c | d) >= 0)
        quad[i] = from[(long long)a + b + c + d];
    }
    if (++last == p.last.size) {
      last = 0;
      if (++third == p.third.size) {
        third = 0;
        if (++second == p.second.size) {
          second = 0;
          first++;
        }
      }
    }
  }
  store(p.y, mine.at, mine.channel, float4{quad[0], quad[1], quad[2], quad[3]});
  if (is_guarded(p.y))
    guard(p.y, mine.at, mine.channel);
}
