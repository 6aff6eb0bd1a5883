// What runs the kernels of one CUBIN; linked into each.
//
// The memory of this shared object that starts as zeros is the shared memory of its kernels, and
// nothing else may lie there: variables of the runtime start as something else or are asked for.
#pragma once

#include "device.h"

#define SOFTDRIVER_NOT_SHARED __attribute__((section(".data")))

namespace softdriver {

/** What the checks of accesses look at; written by the scheduler. */
struct Checks {
  const Launch* launch;
  const char* device;
  size_t device_bytes;
  Cell* device_cells;
  const char* shared;
  size_t shared_bytes;
  Cell* shared_cells;
  const char* stacks;
  size_t stacks_bytes;
  /** Now; the first of this block; the first of this launch. */
  uint32_t epoch;
  uint32_t block_epoch;
  uint32_t launch_epoch;
  int thread;
};

extern Checks checks;

constexpr int ILLEGAL_ADDRESS = 700;
constexpr int MISALIGNED_ADDRESS = 716;
constexpr int LAUNCH_FAILED = 719;

/** Ends the launch with a fault of the thread that runs; nothing of it goes on. */
[[noreturn]] void fail(int code, const char* format, ...) __attribute__((format(printf, 2, 3)));

}  // namespace softdriver
