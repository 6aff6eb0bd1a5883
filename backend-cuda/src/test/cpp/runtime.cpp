// Blocks one after the other, in an order that the seed decides; the threads of a block as fibres.
//
// A fibre takes one thread after the other, so a kernel that never waits needs one fibre and switches
// to it once a block. A thread that waits keeps its fibre, and another one goes on with the threads
// that have not started.

#include "runtime.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "fibre.h"

struct uint3 {
  unsigned x, y, z;
};

// To the kernels they are constant; the scheduler sets them before a thread goes on.
#define VISIBLE_TO_KERNELS SOFTDRIVER_NOT_SHARED __attribute__((visibility("hidden")))
VISIBLE_TO_KERNELS uint3 threadIdx = {0, 0, 0};
VISIBLE_TO_KERNELS uint3 blockIdx = {0, 0, 0};
VISIBLE_TO_KERNELS uint3 blockDim = {0, 0, 0};
VISIBLE_TO_KERNELS uint3 gridDim = {0, 0, 0};

// Given by the linker: the memory that starts as zeros.
extern "C" __attribute__((visibility("hidden"))) char __bss_start[];
extern "C" __attribute__((visibility("hidden"))) char _end[];

// The table that the stand-in for NVRTC makes; it ends with a null.
struct SharedVariable {
  char* begin;
  size_t bytes;
};
extern "C" __attribute__((visibility("hidden"))) SharedVariable __start_softdriver_shared[];

namespace softdriver {

SOFTDRIVER_NOT_SHARED Checks checks = {};

namespace {

constexpr int WARP = 32;

enum class State : uint8_t { NOT_STARTED, RUNS, AT_BARRIER, IN_SHUFFLE, ENDED };

struct Thread {
  uint3 index;
  int fibre;
  int line;
  State state;
};

/** The lanes that exchange values: whoever comes last lets the others go on. */
struct Warp {
  unsigned arrived;
  unsigned mask;
  int line;
  /** Two, since a lane may be in the next exchange while another has not read this one's values. */
  unsigned exchange;
  unsigned values[2][WARP];
};

struct Scheduler {
  Context self;
  Context fibres[MAX_THREADS];
  bool prepared[MAX_THREADS];
  int idle[MAX_THREADS];
  int idle_count;
  int current;

  Thread threads[MAX_THREADS];
  Warp warps[MAX_THREADS / WARP];
  int order[MAX_THREADS];
  int count;
  int started;
  int ended;

  int ready[MAX_THREADS];
  int ready_first;
  int ready_count;

  int at_barrier;
  int barrier_line;

  Fault* fault;
};

SOFTDRIVER_NOT_SHARED Scheduler* scheduler = nullptr;

uint64_t mix(uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9u;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebu;
  return x ^ x >> 31;
}

uint64_t common_divisor(uint64_t a, uint64_t b) {
  while (b != 0) {
    const uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

void enter(int thread) {
  Scheduler& s = *scheduler;
  Thread& t = s.threads[thread];
  t.state = State::RUNS;
  s.current = thread;
  checks.thread = thread;
  threadIdx = t.index;
}

/** What a fibre does: threads until none is left. */
void take_threads() {
  Scheduler& s = *scheduler;
  const Launch& launch = *checks.launch;
  int fibre = s.idle[s.idle_count];
  for (;;) {
    while (s.started < s.count) {
      const int thread = s.order[s.started++];
      s.threads[thread].fibre = fibre;
      enter(thread);
      launch.kernel->invoke(launch.parameters);
      s.threads[thread].state = State::ENDED;
      s.ended++;
    }
    s.idle[s.idle_count++] = fibre;
    switch_to(s.fibres[fibre], s.self);
  }
}

/** Leaves the thread that runs until somebody makes it ready. */
void wait() {
  Scheduler& s = *scheduler;
  const int thread = s.current;
  switch_to(s.fibres[s.threads[thread].fibre], s.self);
  enter(thread);
}

void make_ready(int thread) {
  Scheduler& s = *scheduler;
  s.ready[(s.ready_first + s.ready_count++) % MAX_THREADS] = thread;
}

const char* what(State state) {
  switch (state) {
    case State::AT_BARRIER:
      return "waits at the barrier";
    case State::IN_SHUFFLE:
      return "waits in a shuffle";
    case State::ENDED:
      return "has ended";
    default:
      return "runs";
  }
}

void report(int code, const Thread& thread, const char* text) {
  Fault& fault = *scheduler->fault;
  fault.code = code;
  snprintf(fault.text, sizeof fault.text, "kernel %s, block (%u, %u, %u), thread (%u, %u, %u): %s",
           checks.launch->kernel->name, blockIdx.x, blockIdx.y, blockIdx.z, thread.index.x,
           thread.index.y, thread.index.z, text);
}

/** Nobody can go on: names one that waits and one that does something else. */
void report_divergence() {
  Scheduler& s = *scheduler;
  const Thread* waits = nullptr;
  const Thread* other = nullptr;
  for (int i = 0; i < s.count; i++) {
    const Thread& t = s.threads[i];
    if (waits == nullptr && t.state != State::ENDED) {
      waits = &t;
    }
  }
  for (int i = 0; i < s.count; i++) {
    const Thread& t = s.threads[i];
    if (other == nullptr && (t.state != waits->state || t.line != waits->line)) {
      other = &t;
    }
  }
  char text[240];
  if (other == nullptr) {
    snprintf(text, sizeof text, "%s of line %d with lanes that are not there", what(waits->state),
             waits->line);
  } else {
    char at[24] = "";
    if (other->state != State::ENDED) {
      snprintf(at, sizeof at, " of line %d", other->line);
    }
    snprintf(text, sizeof text, "divergence: %s of line %d, while thread (%u, %u, %u) %s%s",
             what(waits->state), waits->line, other->index.x, other->index.y, other->index.z,
             what(other->state), at);
  }
  report(LAUNCH_FAILED, *waits, text);
}

void start_block() {
  Scheduler& s = *scheduler;
  for (int i = 0; i < s.count; i++) {
    s.threads[i].state = State::NOT_STARTED;
  }
  memset(s.warps, 0, sizeof(Warp) * ((s.count + WARP - 1) / WARP));
  s.started = 0;
  s.ended = 0;
  s.ready_count = 0;
  s.at_barrier = 0;
  checks.block_epoch = ++checks.epoch;
  uint32_t* shared = reinterpret_cast<uint32_t*>(const_cast<char*>(checks.shared));
  for (size_t i = 0; i < checks.shared_bytes / sizeof *shared; i++) {
    shared[i] = FRESH;
  }
}

void run_block() {
  Scheduler& s = *scheduler;
  start_block();
  while (s.ended < s.count && s.fault->code == 0) {
    int fibre;
    if (s.ready_count > 0) {
      const int thread = s.ready[s.ready_first];
      s.ready_first = (s.ready_first + 1) % MAX_THREADS;
      s.ready_count--;
      fibre = s.threads[thread].fibre;
    } else if (s.started < s.count) {
      fibre = s.idle[--s.idle_count];
      if (!s.prepared[fibre]) {
        s.prepared[fibre] = true;
        const Memory& memory = *checks.launch->memory;
        prepare(s.fibres[fibre], memory.stacks + fibre * memory.stack_bytes, memory.stack_bytes,
                take_threads);
      }
    } else {
      report_divergence();
      return;
    }
    switch_to(s.self, s.fibres[fibre]);
  }
}

void find_shared() {
  // Nothing of it stands before the first multiple of a cell.
  const uintptr_t start = (reinterpret_cast<uintptr_t>(__bss_start) + CELL_BYTES - 1) & ~(CELL_BYTES - 1);
  checks.shared = reinterpret_cast<char*>(start);
  checks.shared_bytes = _end - checks.shared;
  checks.shared_cells =
      static_cast<Cell*>(calloc(checks.shared_bytes / CELL_BYTES + 1, sizeof(Cell)));
  for (const SharedVariable* v = __start_softdriver_shared; v->begin != nullptr; v++) {
    const size_t first = (v->begin - checks.shared) / CELL_BYTES;
    for (size_t i = 0; i < (v->bytes + CELL_BYTES - 1) / CELL_BYTES; i++) {
      checks.shared_cells[first + i].written = ALLOCATED;
    }
  }
}

size_t shared_bytes() {
  size_t bytes = 0;
  for (const SharedVariable* v = __start_softdriver_shared; v->begin != nullptr; v++) {
    bytes += v->bytes;
  }
  return bytes;
}

void start_launch(const Launch& launch, Fault* fault) {
  if (scheduler == nullptr) {
    scheduler = static_cast<Scheduler*>(calloc(1, sizeof(Scheduler)));
    find_shared();
  }
  Scheduler& s = *scheduler;
  const Memory& memory = *launch.memory;
  checks.launch = &launch;
  checks.device = memory.base;
  checks.device_bytes = memory.bytes;
  checks.device_cells = memory.cells;
  checks.stacks = memory.stacks;
  checks.stacks_bytes = memory.stack_bytes * MAX_THREADS;
  checks.epoch = memory.epoch;
  checks.launch_epoch = memory.epoch + 1;

  s.fault = fault;
  fault->code = 0;
  s.count = launch.block[0] * launch.block[1] * launch.block[2];
  for (int i = 0; i < s.count; i++) {
    const unsigned row = i / launch.block[0];
    s.threads[i].index = {i % launch.block[0], row % launch.block[1], row / launch.block[1]};
    s.order[i] = i;
  }
  for (int i = s.count - 1; i > 0 && launch.seed != 0; i--) {
    const int other = mix(launch.seed + i) % (i + 1);
    const int kept = s.order[i];
    s.order[i] = s.order[other];
    s.order[other] = kept;
  }
  // Other kernels use the same stacks.
  for (int i = 0; i < MAX_THREADS; i++) {
    s.prepared[i] = false;
    s.idle[i] = MAX_THREADS - 1 - i;
  }
  s.idle_count = MAX_THREADS;
  blockDim = {launch.block[0], launch.block[1], launch.block[2]};
  gridDim = {launch.grid[0], launch.grid[1], launch.grid[2]};
}

void run(const Launch* launch, Fault* fault) {
  start_launch(*launch, fault);
  const uint64_t blocks = uint64_t{gridDim.x} * gridDim.y * gridDim.z;
  uint64_t step = 1;
  uint64_t block = 0;
  if (launch->seed != 0) {
    block = mix(launch->seed) % blocks;
    // Small enough that the sum below does not overflow, and it visits every block.
    for (step = mix(launch->seed + 1) % blocks + 1; common_divisor(step, blocks) != 1; step++) {
    }
  }
  for (uint64_t done = 0; done < blocks && fault->code == 0; done++) {
    const uint64_t row = block / gridDim.x;
    blockIdx = {static_cast<unsigned>(block % gridDim.x), static_cast<unsigned>(row % gridDim.y),
                static_cast<unsigned>(row / gridDim.y)};
    run_block();
    block = (block + step) % blocks;
  }
  launch->memory->epoch = checks.epoch;
}

}  // namespace

void fail(int code, const char* format, ...) {
  Scheduler& s = *scheduler;
  char text[240];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  Thread& thread = s.threads[s.current];
  report(code, thread, text);
  switch_to(s.fibres[thread.fibre], s.self);
  abort();
}

}  // namespace softdriver

using namespace softdriver;

#define FOR_KERNELS extern "C" __attribute__((visibility("hidden")))

FOR_KERNELS void softdriver_barrier(int line) {
  Scheduler& s = *scheduler;
  Thread& thread = s.threads[s.current];
  thread.state = State::AT_BARRIER;
  thread.line = line;
  if (s.at_barrier > 0 && s.barrier_line != line) {
    fail(LAUNCH_FAILED,
         "divergence: waits at the barrier of line %d, while others wait at that of line %d", line,
         s.barrier_line);
  }
  s.barrier_line = line;
  if (++s.at_barrier < s.count) {
    wait();
    return;
  }
  s.at_barrier = 0;
  checks.epoch++;
  for (int i = 0; i < s.count; i++) {
    if (s.order[i] != s.current) {
      make_ready(s.order[i]);
    }
  }
  thread.state = State::RUNS;
}

FOR_KERNELS unsigned softdriver_lane() { return scheduler->current % WARP; }

FOR_KERNELS unsigned softdriver_shuffle(unsigned mask, unsigned value, unsigned source, int line) {
  Scheduler& s = *scheduler;
  Thread& thread = s.threads[s.current];
  const unsigned lane = s.current % WARP;
  const int first = s.current - lane;
  Warp& warp = s.warps[s.current / WARP];
  thread.state = State::IN_SHUFFLE;
  thread.line = line;
  if ((mask >> lane & 1) == 0 || (mask >> source & 1) == 0) {
    fail(LAUNCH_FAILED, "shuffle of line %d: its mask %08x lacks lane %u", line, mask,
         (mask >> lane & 1) == 0 ? lane : source);
  }
  if (warp.arrived != 0 && (warp.mask != mask || warp.line != line)) {
    fail(LAUNCH_FAILED,
         "divergence: in the shuffle of line %d with mask %08x, while lanes wait in that of line %d"
         " with mask %08x",
         line, mask, warp.line, warp.mask);
  }
  warp.mask = mask;
  warp.line = line;
  warp.arrived |= 1u << lane;
  unsigned* values = warp.values[warp.exchange % 2];
  values[lane] = value;
  if (warp.arrived != mask) {
    wait();
    return values[source];
  }
  warp.arrived = 0;
  warp.exchange++;
  for (unsigned i = 0; i < WARP; i++) {
    if ((mask >> i & 1) != 0 && i != lane) {
      make_ready(first + i);
    }
  }
  thread.state = State::RUNS;
  return values[source];
}

// At the end of each program, put there by the stand-in for NVRTC.
extern "C" __attribute__((visibility("hidden"))) const Kernel softdriver_kernels[];

extern "C" __attribute__((visibility("default"))) const Image* softdriver_image() {
  SOFTDRIVER_NOT_SHARED static Image image = {nullptr, 0, nullptr};
  image = {softdriver_kernels, shared_bytes(), run};
  return &image;
}
