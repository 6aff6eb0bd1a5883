// Bilinear resize of each plane, a quad a thread: of four elements, each with its share in both directions.

#include "common.cuh"

// For a row or a column of the result two of the read map, in elements, and how far it lies from the first to
// the second.
struct Blend {
  int first;
  int second;
  float fraction;
};

struct Resize {
  Source x;
  Target y;
  const Blend *rows;
  const Blend *columns;
  int images;
};

__device__ __forceinline__ float blend(float a, float b, float fraction) {
  return (1.0f - fraction) * a + fraction * b;
}

extern "C" __global__ void __launch_bounds__(256) resizes(const Resize p) {
  const Place mine = own_place(p.y, p.images);
  if (mine.at.live == 0)
    return;
  const float *from = p.x.base + mine.at.image * p.x.image + p.x.rows[mine.channel];
  int row = mine.at.pixel / p.y.width;
  int column = mine.at.pixel - row * p.y.width;
  float quad[QUAD] = {0.0f, 0.0f, 0.0f, 0.0f};
#pragma unroll
  for (int i = 0; i < QUAD; i++) {
    if (i < mine.at.live) {
      const Blend down = p.rows[row];
      const Blend right = p.columns[column];
      const float *upper = from + down.first;
      const float *lower = from + down.second;
      quad[i] = blend(blend(upper[right.first], upper[right.second], right.fraction),
                      blend(lower[right.first], lower[right.second], right.fraction), down.fraction);
    }
    if (++column == p.y.width) {
      column = 0;
      row++;
    }
  }
  store(p.y, mine.at, mine.channel, float4{quad[0], quad[1], quad[2], quad[3]});
  if (is_guarded(p.y))
    guard(p.y, mine.at, mine.channel);
}
