// Moves stretches of elements, and sets others to zero: copies of views, shuffles, guards. Moves whole
// words and no floats, so every NaN arrives as it was.
//
// A piece is where it goes, where it stands and its length; zeros have their length negative. A group has the
// pieces from firsts[group] to firsts[group + 1]; TEAM of its items move a piece together.
//
// Dimensions: 0 shares of the pieces, 1 one, 2 images.

#define STEP (VECTOR * TEAM)

__kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void copy(
    SOURCE(x), TARGET(y), const ulong pitch, __global const row_t *restrict pieces,
    __global const int *restrict firsts) {
  TO_IMAGE(x);
  TO_IMAGE(y);
  const int lane = get_local_id(0);
  const int last = firsts[get_group_id(0) + 1];
  for (int piece = firsts[get_group_id(0)] + lane / TEAM; piece < last; piece += LANES / TEAM) {
    __global int *to = (__global int *)(y + pieces[3 * piece]);
    __global const int *from = (__global const int *)(x + pieces[3 * piece + 1]);
    const int length = abs((int)pieces[3 * piece + 2]);
    const bool zero = pieces[3 * piece + 2] < 0;
    const int member = lane % TEAM;
    int i = 0;
    for (; i + STEP <= length; i += STEP)
      STORE(zero ? (ivec)(0) : ILOAD(from + i + member * VECTOR), to + i + member * VECTOR);
    for (i += member; i < length; i += TEAM)
      to[i] = zero ? 0 : from[i];
  }
}
