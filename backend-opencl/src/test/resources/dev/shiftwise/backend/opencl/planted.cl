// What oclgrind has to find, and beside it a kernel with nothing to find. Work-groups of ITEMS; x and y have
// an element for each work-item.

__kernel void right(__global const float *x, __global float *y) {
  __local float shared[ITEMS];
  const int lane = get_local_id(0);
  shared[lane] = x[get_global_id(0)];
  barrier(CLK_LOCAL_MEM_FENCE);
  y[get_global_id(0)] = shared[ITEMS - 1 - lane];
}

__kernel void reads_behind_the_end(__global const float *x, __global float *y) {
  y[get_global_id(0)] = x[get_global_id(0) + 1];
}

__kernel void reads_a_vector_half_behind_the_end(__global const float *x, __global float *y) {
  const float2 two = vload2(0, x + get_global_id(0));
  y[get_global_id(0)] = two.x + two.y;
}

__kernel void writes_before_the_start(__global const float *x, __global float *y) {
  y[(int)get_global_id(0) - 1] = x[get_global_id(0)];
}

__kernel void leaves_local_memory(__global const float *x, __global float *y) {
  __local float shared[ITEMS];
  const int lane = get_local_id(0);
  shared[lane + 1] = x[get_global_id(0)];
  barrier(CLK_LOCAL_MEM_FENCE);
  y[get_global_id(0)] = shared[ITEMS - 1 - lane];
}

// Neighbouring groups write one element.
__kernel void groups_race(__global const float *x, __global float *y) {
  const int group = get_group_id(0);
  if (get_local_id(0) == 0 || get_local_id(0) == ITEMS - 1)
    y[group + (get_local_id(0) == 0 ? 0 : 1)] = x[get_global_id(0)];
}

// The same, with one value: not even which of them comes last matters.
__kernel void groups_race_with_one_value(__global const float *x, __global float *y) {
  if (get_local_id(0) == 0)
    y[0] = x[0];
}

// A group reads what its neighbour writes.
__kernel void group_reads_what_another_writes(__global const float *x, __global float *y) {
  const int i = get_global_id(0);
  y[i] = x[i] + (get_local_id(0) == 0 && i > 0 ? y[i - 1] : 0.0f);
}

__kernel void misses_a_barrier(__global const float *x, __global float *y) {
  __local float shared[ITEMS];
  const int lane = get_local_id(0);
  shared[lane] = x[get_global_id(0)];
  y[get_global_id(0)] = shared[ITEMS - 1 - lane];
}

__kernel void not_all_reach_the_barrier(__global const float *x, __global float *y) {
  if (get_local_id(0) > 0)
    barrier(CLK_LOCAL_MEM_FENCE);
  y[get_global_id(0)] = x[get_global_id(0)];
}
