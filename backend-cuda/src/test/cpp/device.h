// What passes between the driver and a "CUBIN", which is a shared object of the host.
#pragma once

#include <cstddef>
#include <cstdint>

namespace softdriver {

/** A kernel of a CUBIN; its table ends with one that has no name. */
struct Kernel {
  const char* name;
  void (*invoke)(void** parameters);
  int parameters;
  const unsigned* parameter_bytes;
  /** Its __launch_bounds__, or 0. */
  int max_threads;
};

/**
 * Who touched four bytes of device memory last. Epochs count the stretches between barriers, over all
 * blocks and launches of the process; those below FIRST_EPOCH say whether the bytes are allocated.
 */
struct Cell {
  uint32_t written;
  uint32_t read;
  uint16_t writer;
  uint16_t reader;
};

constexpr size_t CELL_BYTES = 4;
constexpr uint32_t NOT_ALLOCATED = 0;
constexpr uint32_t ALLOCATED = 1;
constexpr uint32_t FIRST_EPOCH = 2;

/** Memory of the host that kernels may touch too. */
struct HostRange {
  const char* begin;
  const char* end;
};

/** The memory of the device, and the stacks of its threads. */
struct Memory {
  char* base;
  size_t bytes;
  /** One for every CELL_BYTES of it. */
  Cell* cells;
  char* stacks;
  size_t stack_bytes;
  uint32_t epoch;
};

constexpr int MAX_THREADS = 1024;

/** A float of these bits is not a number: whoever reads what was never written computes with it. */
constexpr uint32_t FRESH = 0x7fcdcdcd;

struct Launch {
  const Kernel* kernel;
  void** parameters;
  unsigned grid[3];
  unsigned block[3];
  Memory* memory;
  const HostRange* host;
  size_t host_ranges;
  /** Decides on the order of blocks and threads; 0 is the order of their numbers. */
  uint64_t seed;
  /** Whether two threads that touch the same bytes with no barrier between them are a fault. */
  bool races;
};

/** What went wrong in a launch: a CUresult, or 0. */
struct Fault {
  int code;
  char text[480];
};

/** What a CUBIN exports, by this name. */
struct Image {
  const Kernel* kernels;
  size_t shared_bytes;
  void (*run)(const Launch* launch, Fault* fault);
};

constexpr const char* IMAGE_SYMBOL = "softdriver_image";

#ifndef SOFTDRIVER_BUILD
#define SOFTDRIVER_BUILD "unnamed"
#endif

/** Which build made it: another one's are refused, since they may agree on less than this file. */
constexpr char BUILD[20] = SOFTDRIVER_BUILD;

/** What stands before the shared object in the bytes of a CUBIN. */
struct CubinHeader {
  char build[sizeof BUILD];
  uint32_t architecture;
  uint64_t bytes;
};

}  // namespace softdriver
