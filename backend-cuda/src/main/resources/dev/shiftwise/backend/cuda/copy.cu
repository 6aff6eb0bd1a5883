// A dense copy of any view, in pieces: stretches of a plane that stand together where they come from. A team of
// a block's threads moves a piece. Moves, and never computes.

#include "common.cuh"

constexpr int THREADS = 256;

// Where a piece goes, and where it stands: elements from the read map's channel 0, or -1 for zeros.
struct alignas(8) Piece {
  long long from;
  int channel;
  int pixel;
  int length;
};

struct Copy {
  const float *base;
  long long image;
  Target y;
  const Piece *pieces;
  int count;
  int team;
  int images;
};

extern "C" __global__ void __launch_bounds__(THREADS) copies(const Copy p) {
  const int teams = THREADS / p.team;
  const unsigned blocks = (p.count + teams - 1) / teams;
  const int image = (int)(blockIdx.x / blocks);
  const int block = (int)(blockIdx.x - image * blocks);
  const int team = threadIdx.x / p.team;
  const int member = threadIdx.x - team * p.team;
  const int number = block * teams + team;
  if (number >= p.count)
    return;
  const Piece piece = p.pieces[number];
  const float *from = p.base + image * p.image + piece.from;
  float *to = p.y.base + image * p.y.image + piece.channel * p.y.pitch + piece.pixel;
  for (int i = member; i < piece.length; i += p.team)
    to[i] = piece.from < 0 ? 0.0f : from[i];
  if (is_guarded(p.y)) {
    for (int i = member; i < piece.length; i += p.team)
      guard(p.y, Quad{image, piece.pixel + i, 1}, piece.channel);
  }
}
