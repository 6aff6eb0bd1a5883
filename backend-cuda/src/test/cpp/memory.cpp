// Memory of the device and pinned memory of the host, and the copies that return when they are done.

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "driver.h"

namespace softdriver {

namespace {

constexpr size_t ARENA = size_t{4} << 30;
constexpr size_t STACK = size_t{64} << 10;
/** What the driver promises; no allocation stands on a multiple of more, where it can be avoided. */
constexpr size_t ALIGNMENT = 256;
/** Addresses between two allocations that belong to none. */
constexpr size_t APART = 4096;
/** Freed addresses come back as late as possible, but not later than after so many bytes of others. */
constexpr size_t COMMON = size_t{64} << 20;
/** Above it the memory of an allocation goes back to the system when it is freed. */
constexpr size_t LARGE = size_t{1} << 20;
constexpr size_t BAND = 4096;

void* map(size_t bytes) {
  void* address = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return address == MAP_FAILED ? nullptr : address;
}

size_t up(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }

/** The pattern goes by addresses, so any part of it can be looked at. */
char pattern(const char* at) {
  return reinterpret_cast<const char*>(&FRESH)[reinterpret_cast<size_t>(at) % sizeof FRESH];
}

void fill(char* from, size_t bytes) {
  for (char* at = from; at < from + bytes; at++) {
    *at = pattern(at);
  }
}

bool filled(const char* from, size_t bytes) {
  for (const char* at = from; at < from + bytes; at++) {
    if (*at != pattern(at)) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool DeviceMemory::reserve() {
  if (memory_.base != nullptr) {
    return true;
  }
  void* base = map(ARENA);
  void* cells = map(ARENA / CELL_BYTES * sizeof(Cell));
  void* stacks = map(STACK * MAX_THREADS);
  if (base == nullptr || cells == nullptr || stacks == nullptr) {
    return false;
  }
  memory_ = {static_cast<char*>(base),   ARENA, static_cast<Cell*>(cells),
             static_cast<char*>(stacks), STACK, FIRST_EPOCH};
  return true;
}

void DeviceMemory::release() {
  while (!allocations_.empty()) {
    free(memory_.base + allocations_.begin()->first);
  }
}

size_t DeviceMemory::find(size_t bytes, size_t from, size_t to) const {
  auto after = allocations_.lower_bound(from);
  size_t place = from;
  if (after != allocations_.begin()) {
    const auto before = std::prev(after);
    place = std::max(place, up(before->first + before->second + APART, 2 * ALIGNMENT) + ALIGNMENT);
  }
  for (; place + bytes <= to; ++after) {
    if (after == allocations_.end() || place + bytes + APART <= after->first) {
      return place;
    }
    place = up(after->first + after->second + APART, 2 * ALIGNMENT) + ALIGNMENT;
  }
  return 0;
}

char* DeviceMemory::allocate(size_t bytes) {
  const size_t first = up(APART, 2 * ALIGNMENT) + ALIGNMENT;
  const size_t last = ARENA - APART;
  size_t place = find(bytes, std::max(first, next_), COMMON);
  if (place == 0) {
    place = find(bytes, first, last);
  }
  if (place == 0) {
    return nullptr;
  }
  next_ = up(place + bytes + APART, 2 * ALIGNMENT) + ALIGNMENT;
  allocations_[place] = bytes;
  used_ += bytes;
  fill(memory_.base + place, bytes);
  const Cell fresh = {ALLOCATED, 0, 0, 0};
  Cell* cells = memory_.cells + place / CELL_BYTES;
  std::fill(cells, cells + up(bytes, CELL_BYTES) / CELL_BYTES, fresh);
  return memory_.base + place;
}

bool DeviceMemory::free(const char* address) {
  const auto found = allocations_.find(address - memory_.base);
  if (found == allocations_.end()) {
    return false;
  }
  const auto [place, bytes] = *found;
  // Read or not: whoever comes here now is told that it was freed.
  const Cell freed = {NOT_ALLOCATED, 1, 0, 0};
  Cell* cells = memory_.cells + place / CELL_BYTES;
  const size_t count = up(bytes, CELL_BYTES) / CELL_BYTES;
  if (bytes > LARGE) {
    constexpr size_t PAGE = 4096;
    std::fill(cells, cells + count, Cell{});
    char* begin = reinterpret_cast<char*>(up(reinterpret_cast<size_t>(cells), PAGE));
    char* end = reinterpret_cast<char*>(reinterpret_cast<size_t>(cells + count) / PAGE * PAGE);
    madvise(begin, end - begin, MADV_DONTNEED);
    const size_t first = up(place, PAGE);
    madvise(memory_.base + first, (place + bytes) / PAGE * PAGE - first, MADV_DONTNEED);
  } else {
    std::fill(cells, cells + count, freed);
    fill(memory_.base + place, bytes);
  }
  used_ -= bytes;
  allocations_.erase(found);
  return true;
}

bool DeviceMemory::holds(const char* address, size_t bytes) const {
  if (address < memory_.base || address >= memory_.base + memory_.bytes) {
    return false;
  }
  const size_t place = address - memory_.base;
  auto after = allocations_.upper_bound(place);
  if (after == allocations_.begin()) {
    return false;
  }
  const auto [begin, length] = *std::prev(after);
  return place - begin <= length && bytes <= length - (place - begin);
}

char* HostMemory::allocate(size_t bytes) {
  // The end of the memory is exact, its start stands on a page's as the driver's does.
  char* base = static_cast<char*>(map(BAND + up(bytes, BAND) + BAND));
  if (base == nullptr) {
    return nullptr;
  }
  fill(base, BAND + up(bytes, BAND) + BAND);
  allocations_[base + BAND] = bytes;
  return base + BAND;
}

bool HostMemory::free(char* address) {
  const auto found = allocations_.find(address);
  if (found == allocations_.end()) {
    return false;
  }
  munmap(address - BAND, BAND + up(found->second, BAND) + BAND);
  allocations_.erase(found);
  return true;
}

void HostMemory::release() {
  while (!allocations_.empty()) {
    free(allocations_.begin()->first);
  }
}

bool HostMemory::pinned(const void* address) const {
  for (const auto& [begin, bytes] : allocations_) {
    if (address >= begin - BAND && address < begin + up(bytes, BAND) + BAND) {
      return true;
    }
  }
  return false;
}

bool HostMemory::holds(const void* address, size_t bytes) const {
  const char* at = static_cast<const char*>(address);
  for (const auto& [begin, length] : allocations_) {
    if (at >= begin && at <= begin + length && bytes <= static_cast<size_t>(begin + length - at)) {
      return true;
    }
  }
  return false;
}

std::string HostMemory::damage() const {
  for (const auto& [begin, bytes] : allocations_) {
    const char* where = !filled(begin - BAND, BAND)                                   ? "before"
                        : !filled(begin + bytes, up(bytes, BAND) - bytes + BAND) ? "behind"
                                                                                      : nullptr;
    if (where != nullptr) {
      return "pinned memory of " + std::to_string(bytes) + " bytes: something was written " +
             where + " it";
    }
  }
  return "";
}

std::vector<HostRange> HostMemory::ranges() const {
  std::vector<HostRange> ranges;
  for (const auto& [begin, bytes] : allocations_) {
    ranges.push_back({begin, begin + bytes});
  }
  return ranges;
}

}  // namespace softdriver

using namespace softdriver;

SOFTDRIVER_API CUresult cuMemGetInfo_v2(size_t* free, size_t* total) {
  SOFTDRIVER_ENTER(Call::CONTEXT);
  *total = driver().settings.memory;
  *free = *total - std::min(*total, driver().memory.used());
  return CUDA_SUCCESS;
}

SOFTDRIVER_API CUresult cuMemAlloc_v2(CUdeviceptr* pointer, size_t bytes) {
  SOFTDRIVER_ENTER(Call::CONTEXT, Call::UNSAFE);
  if (pointer == nullptr || bytes == 0) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  DeviceMemory& memory = driver().memory;
  const size_t total = driver().settings.memory;
  char* address = memory.used() > total || bytes > total - memory.used() ? nullptr
                                                                         : memory.allocate(bytes);
  if (address == nullptr) {
    return CUDA_ERROR_OUT_OF_MEMORY;
  }
  *pointer = reinterpret_cast<CUdeviceptr>(address);
  return CUDA_SUCCESS;
}

SOFTDRIVER_API CUresult cuMemFree_v2(CUdeviceptr pointer) {
  SOFTDRIVER_ENTER(Call::CONTEXT_TO_RELEASE, Call::UNSAFE);
  const char* address = reinterpret_cast<const char*>(pointer);
  if (!driver().memory.holds(address, 0)) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  // As the real one does: it waits for what may use the memory.
  wait_for_all(call.lock);
  return driver().memory.free(address) ? call.done() : CUDA_ERROR_INVALID_VALUE;
}

SOFTDRIVER_API CUresult cuMemHostAlloc(void** pointer, size_t bytes, unsigned flags) {
  SOFTDRIVER_ENTER(Call::CONTEXT, Call::UNSAFE);
  if (pointer == nullptr || bytes == 0 || flags > 7) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  *pointer = driver().pinned.allocate(bytes);
  return *pointer == nullptr ? CUDA_ERROR_OUT_OF_MEMORY : CUDA_SUCCESS;
}

SOFTDRIVER_API CUresult cuMemFreeHost(void* pointer) {
  SOFTDRIVER_ENTER(Call::CONTEXT_TO_RELEASE, Call::UNSAFE);
  driver().look_at_bands();
  // It waits for nobody but what is being carried out; work that still wants the memory will not find it.
  std::lock_guard<std::mutex> alone(driver().device);
  return driver().pinned.free(static_cast<char*>(pointer)) ? call.done()
                                                           : CUDA_ERROR_INVALID_VALUE;
}

namespace {

CUresult copy_now(Call& call, char* to, const char* from, const char* device, const void* host,
                  size_t bytes) {
  Driver& d = driver();
  if (!d.memory.holds(device, bytes) || host == nullptr ||
      (d.pinned.pinned(host) && !d.pinned.holds(host, bytes))) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  wait_for_blocking(call.lock);
  if (d.broken == CUDA_SUCCESS) {
    std::lock_guard<std::mutex> alone(d.device);
    memcpy(to, from, bytes);
  }
  return d.broken;
}

}  // namespace

SOFTDRIVER_API CUresult cuMemcpyDtoH_v2(void* to, CUdeviceptr from, size_t bytes) {
  SOFTDRIVER_ENTER(Call::CONTEXT, Call::UNSAFE);
  const char* device = reinterpret_cast<const char*>(from);
  return copy_now(call, static_cast<char*>(to), device, device, to, bytes);
}
