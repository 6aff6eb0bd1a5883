// Looks at every access of a kernel before it happens. The compiler calls these functions as it calls
// those of its thread sanitizer (every load and store that another thread could see) and of its
// sanitizer of undefined behaviour (alignment, bounds of arrays); none of its own libraries is linked.

#include <cinttypes>

#include "runtime.h"

extern "C" __attribute__((visibility("hidden"))) char __ehdr_start[];
extern "C" __attribute__((visibility("hidden"))) char _end[];

namespace softdriver {
namespace {

constexpr uint16_t SEVERAL_THREADS = 0xfffe;
constexpr uint16_t SEVERAL_BLOCKS = 0xffff;

enum class Where { DEVICE, SHARED };

const char* name(bool write) { return write ? "write" : "read"; }

[[noreturn]] __attribute__((noinline)) void not_allocated(const char* address, size_t bytes,
                                                          bool write) {
  const size_t offset = address - checks.device;
  const size_t cell = offset / CELL_BYTES;
  const size_t cells = checks.device_bytes / CELL_BYTES;
  const Cell* all = checks.device_cells;
  constexpr size_t FAR = 1 << 20;
  if (all[cell].written == NOT_ALLOCATED && all[cell].read != 0) {
    fail(ILLEGAL_ADDRESS, "%s of %zu bytes at %p, in memory that was freed", name(write), bytes,
         static_cast<const void*>(address));
  }
  for (size_t far = 1; far < FAR; far++) {
    if (far <= cell && all[cell - far].written != NOT_ALLOCATED) {
      fail(ILLEGAL_ADDRESS, "%s of %zu bytes at %p, %zu bytes behind the end of an allocation",
           name(write), bytes, static_cast<const void*>(address), (far - 1) * CELL_BYTES);
    }
    if (cell + far < cells && all[cell + far].written != NOT_ALLOCATED) {
      fail(ILLEGAL_ADDRESS, "%s of %zu bytes at %p, %zu bytes in front of an allocation",
           name(write), bytes, static_cast<const void*>(address), far * CELL_BYTES);
    }
  }
  fail(ILLEGAL_ADDRESS, "%s of %zu bytes at %p, far from any allocation", name(write), bytes,
       static_cast<const void*>(address));
}

[[noreturn]] __attribute__((noinline)) void race(const char* address, size_t bytes, bool write,
                                                 Where where, bool other_wrote, unsigned other) {
  const char* memory = where == Where::SHARED ? "shared" : "global";
  if (other >= SEVERAL_THREADS) {
    fail(LAUNCH_FAILED, "race: %s of %zu bytes of %s memory at %p, which others %s", name(write),
         bytes, memory, static_cast<const void*>(address), other_wrote ? "wrote" : "read");
  }
  fail(LAUNCH_FAILED, "race: %s of %zu bytes of %s memory at %p, which thread %u of %s block %s",
       name(write), bytes, memory, static_cast<const void*>(address), other,
       where == Where::SHARED ? "the" : "this or another", other_wrote ? "wrote" : "read");
}

/** Tells whether somebody else touched it in this launch, with no barrier since. */
template <Where where>
inline bool unordered(uint32_t epoch, uint16_t thread) {
  if (epoch == checks.epoch) {
    return thread != checks.thread;
  }
  return where == Where::DEVICE && epoch >= checks.launch_epoch &&
         (epoch < checks.block_epoch || thread == SEVERAL_BLOCKS);
}

template <Where where, bool write>
inline void touch(Cell& cell, const char* address, size_t bytes) {
  const uint16_t thread = static_cast<uint16_t>(checks.thread);
  if (cell.written >= FIRST_EPOCH && unordered<where>(cell.written, cell.writer)) {
    race(address, bytes, write, where, true, cell.writer);
  }
  if (write) {
    if (unordered<where>(cell.read, cell.reader)) {
      race(address, bytes, write, where, false, cell.reader);
    }
    cell.written = checks.epoch;
    cell.writer = thread;
    return;
  }
  uint16_t reader = thread;
  if (where == Where::DEVICE && cell.read >= checks.launch_epoch &&
      (cell.read < checks.block_epoch || cell.reader == SEVERAL_BLOCKS)) {
    reader = SEVERAL_BLOCKS;
  } else if (cell.read == checks.epoch && cell.reader != thread) {
    reader = SEVERAL_THREADS;
  }
  cell.read = checks.epoch;
  cell.reader = reader;
}

/** Memory of the host: stacks, constants of the program, and what is pinned. */
template <bool write>
__attribute__((noinline)) void look_elsewhere(const char* address, size_t bytes) {
  if (static_cast<size_t>(address - checks.stacks) < checks.stacks_bytes) {
    return;
  }
  if (!write && address >= __ehdr_start && address < _end) {
    return;
  }
  const Launch& launch = *checks.launch;
  for (size_t i = 0; i < launch.host_ranges; i++) {
    if (address >= launch.host[i].begin && address + bytes <= launch.host[i].end) {
      return;
    }
  }
  fail(ILLEGAL_ADDRESS, "%s of %zu bytes at %p, which is no memory of the device", name(write),
       bytes, static_cast<const void*>(address));
}

template <bool write>
inline void look(const void* pointer, size_t bytes) {
  const char* address = static_cast<const char*>(pointer);
  const size_t offset = address - checks.device;
  // Parts of a cell are only checked to be there: bytes side by side are no race.
  const bool track = checks.launch->races && bytes >= CELL_BYTES;
  if (offset < checks.device_bytes) {
    for (size_t i = offset / CELL_BYTES; i <= (offset + bytes - 1) / CELL_BYTES; i++) {
      Cell& cell = checks.device_cells[i];
      if (cell.written == NOT_ALLOCATED) {
        not_allocated(address, bytes, write);
      }
      if (track) {
        touch<Where::DEVICE, write>(cell, address, bytes);
      }
    }
    return;
  }
  const size_t place = address - checks.shared;
  if (place < checks.shared_bytes) {
    for (size_t i = place / CELL_BYTES; i <= (place + bytes - 1) / CELL_BYTES; i++) {
      if (checks.shared_cells[i].written == NOT_ALLOCATED) {
        fail(ILLEGAL_ADDRESS, "%s of %zu bytes of shared memory, outside of every array",
             name(write), bytes);
      }
      if (track) {
        touch<Where::SHARED, write>(checks.shared_cells[i], address, bytes);
      }
    }
    return;
  }
  look_elsewhere<write>(address, bytes);
}

struct SourceLocation {
  const char* file;
  uint32_t line;
  uint32_t column;
};

struct TypeDescriptor {
  uint16_t kind;
  uint16_t info;
  char name[1];
};

struct TypeMismatch {
  SourceLocation location;
  const TypeDescriptor* type;
  uint8_t log_alignment;
  uint8_t check;
};

struct OutOfBounds {
  SourceLocation location;
  const TypeDescriptor* array;
  const TypeDescriptor* index;
};

}  // namespace
}  // namespace softdriver

using namespace softdriver;

#define FOR_COMPILER extern "C" __attribute__((visibility("hidden")))

#define ACCESS(BYTES)                                                                  \
  FOR_COMPILER void __tsan_read##BYTES(const void* p) { look<false>(p, BYTES); }       \
  FOR_COMPILER void __tsan_write##BYTES(const void* p) { look<true>(p, BYTES); }       \
  FOR_COMPILER void __tsan_unaligned_read##BYTES(const void* p) { look<false>(p, BYTES); } \
  FOR_COMPILER void __tsan_unaligned_write##BYTES(const void* p) { look<true>(p, BYTES); }

ACCESS(1)
ACCESS(2)
ACCESS(4)
ACCESS(8)
ACCESS(16)

FOR_COMPILER void __tsan_read_range(const void* p, size_t bytes) { look<false>(p, bytes); }

FOR_COMPILER void __tsan_write_range(const void* p, size_t bytes) { look<true>(p, bytes); }

FOR_COMPILER void __tsan_init() {}

FOR_COMPILER void __ubsan_handle_type_mismatch_v1(const TypeMismatch* data, uintptr_t pointer) {
  const uintptr_t alignment = uintptr_t{1} << data->log_alignment;
  fail(MISALIGNED_ADDRESS, "%s:%" PRIu32 ": %p is no multiple of %zu, as %s wants it",
       data->location.file, data->location.line, reinterpret_cast<void*>(pointer),
       static_cast<size_t>(alignment), data->type->name);
}

FOR_COMPILER void __ubsan_handle_out_of_bounds(const OutOfBounds* data, uintptr_t index) {
  fail(ILLEGAL_ADDRESS, "%s:%" PRIu32 ": index %" PRIdPTR " is out of bounds of %s",
       data->location.file, data->location.line, static_cast<intptr_t>(index), data->array->name);
}
