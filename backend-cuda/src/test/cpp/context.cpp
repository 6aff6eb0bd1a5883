// The library, its device and the device's primary context; what every call begins with.

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <utility>

#include "driver.h"

namespace softdriver {

namespace {

/** The contexts that a thread has made current, the last on top. */
thread_local std::vector<uintptr_t> current;

constexpr CUdevice DEVICE = 0;
constexpr char NAME[] = "Software driver, no GPU";

/** The attributes that a backend may ask for; of a small device of the Ampere kind. */
constexpr std::pair<int, int> ATTRIBUTES[] = {
    {1, 1024},      // MAX_THREADS_PER_BLOCK
    {2, 1024},      // MAX_BLOCK_DIM_X
    {3, 1024},      // MAX_BLOCK_DIM_Y
    {4, 64},        // MAX_BLOCK_DIM_Z
    {5, 2147483647},  // MAX_GRID_DIM_X
    {6, 65535},     // MAX_GRID_DIM_Y
    {7, 65535},     // MAX_GRID_DIM_Z
    {8, 49152},     // MAX_SHARED_MEMORY_PER_BLOCK
    {9, 65536},     // TOTAL_CONSTANT_MEMORY
    {10, 32},       // WARP_SIZE
    {12, 65536},    // MAX_REGISTERS_PER_BLOCK
    {13, 1000000},  // CLOCK_RATE
    {16, 4},        // MULTIPROCESSOR_COUNT
    {17, 0},        // KERNEL_EXEC_TIMEOUT
    {18, 0},        // INTEGRATED
    {19, 1},        // CAN_MAP_HOST_MEMORY
    {20, 0},        // COMPUTE_MODE
    {31, 1},        // CONCURRENT_KERNELS
    {32, 0},        // ECC_ENABLED
    {33, 0},        // PCI_BUS_ID
    {34, 0},        // PCI_DEVICE_ID
    {36, 1000000},  // MEMORY_CLOCK_RATE
    {37, 128},      // GLOBAL_MEMORY_BUS_WIDTH
    {38, 4194304},  // L2_CACHE_SIZE
    {39, 2048},     // MAX_THREADS_PER_MULTIPROCESSOR
    {40, 1},        // ASYNC_ENGINE_COUNT
    {41, 1},        // UNIFIED_ADDRESSING
    {50, 0},        // PCI_DOMAIN_ID
    {81, 167936},   // MAX_SHARED_MEMORY_PER_MULTIPROCESSOR
    {82, 65536},    // MAX_REGISTERS_PER_MULTIPROCESSOR
    {83, 0},        // MANAGED_MEMORY
    {97, 101376},   // MAX_SHARED_MEMORY_PER_BLOCK_OPTIN
    {106, 16},      // MAX_BLOCKS_PER_MULTIPROCESSOR
    {111, 1024},    // RESERVED_SHARED_MEMORY_PER_BLOCK
};

/** Tells whether a capture forbids this thread what could have effects outside of it. */
bool forbidden() {
  for (const auto& [_, stream] : driver().streams) {
    if (stream->capture == nullptr || stream->capture->mode == CU_STREAM_CAPTURE_MODE_RELAXED) {
      continue;
    }
    if (stream->capture->mode == CU_STREAM_CAPTURE_MODE_GLOBAL ||
        stream->capture->thread == std::this_thread::get_id()) {
      stream->capture->invalid = true;
      return true;
    }
  }
  return false;
}

void copy_text(char* to, int length, const char* text) {
  if (length > 0) {
    snprintf(to, length, "%s", text);
  }
}

}  // namespace

Driver& driver() {
  static Driver& only = *new Driver;
  return only;
}

CUresult Driver::planned(const std::string& call) {
  if (lost != CUDA_SUCCESS) {
    return lost;
  }
  for (Plan& plan : plans) {
    if ((plan.call == call || plan.call == "*") && plan.nth > 0 && --plan.nth == 0) {
      lost = plan.lasting ? plan.result : CUDA_SUCCESS;
      return plan.result;
    }
  }
  return CUDA_SUCCESS;
}

void Driver::look_at_bands() {
  const std::string damage = pinned.damage();
  if (!damage.empty() && broken == CUDA_SUCCESS) {
    say(damage);
    broken = CUDA_ERROR_ILLEGAL_ADDRESS;
  }
}

void destroy_context(std::unique_lock<std::mutex>& lock) {
  Driver& d = driver();
  const size_t left = d.memory.count() + d.pinned.count() + d.modules.count() +
                      d.streams.count() + d.events.count() + d.graphs.count() +
                      d.executables.count();
  d.counts["leaked"] += left;
  close_streams(lock);
  d.streams.clear();
  d.events.clear();
  d.graphs.clear();
  d.executables.clear();
  d.functions.clear();
  d.modules.clear();
  d.look_at_bands();
  d.memory.release();
  d.pinned.release();
  d.broken = CUDA_SUCCESS;
  d.retained = 0;
}

Call::Call(const char* name, Needs needs, Capturing capturing) : lock(driver().lock) {
  result = look(name, needs, capturing);
}

CUresult Call::look(const char* name, Needs needs, Capturing capturing) {
  Driver& d = driver();
  const bool releases = needs == INIT_TO_RELEASE || needs == CONTEXT_TO_RELEASE;
  d.counts[name]++;
  outcome = d.planned(name);
  if (!releases && outcome != CUDA_SUCCESS) {
    return outcome;
  }
  if (needs == NOTHING) {
    return CUDA_SUCCESS;
  }
  if (!d.initialised) {
    return CUDA_ERROR_NOT_INITIALIZED;
  }
  if (needs == INIT || needs == INIT_TO_RELEASE) {
    return CUDA_SUCCESS;
  }
  if (current.empty()) {
    return CUDA_ERROR_INVALID_CONTEXT;
  }
  if (d.retained == 0 || current.back() != d.context) {
    return CUDA_ERROR_CONTEXT_IS_DESTROYED;
  }
  if (d.broken != CUDA_SUCCESS) {
    outcome = d.broken;
    return releases ? CUDA_SUCCESS : d.broken;
  }
  if (capturing == UNSAFE && forbidden()) {
    return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  }
  return CUDA_SUCCESS;
}

}  // namespace softdriver

using namespace softdriver;

SOFTDRIVER_API CUresult cuInit(unsigned flags) {
  SOFTDRIVER_ENTER(Call::NOTHING);
  if (flags != 0) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  if (driver().settings.devices == 0) {
    return CUDA_ERROR_NO_DEVICE;
  }
  driver().initialised = true;
  return CUDA_SUCCESS;
}

SOFTDRIVER_API CUresult cuDriverGetVersion(int* version) {
  SOFTDRIVER_ENTER(Call::NOTHING);
  *version = static_cast<int>(driver().settings.version);
  return CUDA_SUCCESS;
}

SOFTDRIVER_API CUresult cuDeviceGetCount(int* count) {
  SOFTDRIVER_ENTER(Call::INIT);
  *count = static_cast<int>(driver().settings.devices);
  return CUDA_SUCCESS;
}

SOFTDRIVER_API CUresult cuDeviceGet(CUdevice* device, int ordinal) {
  SOFTDRIVER_ENTER(Call::INIT);
  if (ordinal < 0 || ordinal >= driver().settings.devices) {
    return CUDA_ERROR_INVALID_DEVICE;
  }
  *device = DEVICE;
  return CUDA_SUCCESS;
}

SOFTDRIVER_API CUresult cuDeviceGetName(char* name, int length, CUdevice device) {
  SOFTDRIVER_ENTER(Call::INIT);
  if (device != DEVICE) {
    return CUDA_ERROR_INVALID_DEVICE;
  }
  copy_text(name, length, NAME);
  return CUDA_SUCCESS;
}

SOFTDRIVER_API CUresult cuDeviceGetUuid_v2(CUuuid* uuid, CUdevice device) {
  SOFTDRIVER_ENTER(Call::INIT);
  if (device != DEVICE) {
    return CUDA_ERROR_INVALID_DEVICE;
  }
  memcpy(uuid->bytes, "software driver", sizeof uuid->bytes);
  return CUDA_SUCCESS;
}

SOFTDRIVER_API CUresult cuDeviceGetAttribute(int* value, CUdevice_attribute attribute,
                                             CUdevice device) {
  SOFTDRIVER_ENTER(Call::INIT);
  if (device != DEVICE) {
    return CUDA_ERROR_INVALID_DEVICE;
  }
  constexpr int MAJOR = 75;
  constexpr int MINOR = 76;
  const int capability = static_cast<int>(driver().settings.capability);
  if (attribute == MAJOR || attribute == MINOR) {
    *value = attribute == MAJOR ? capability / 10 : capability % 10;
    return CUDA_SUCCESS;
  }
  for (const auto& [known, constant] : ATTRIBUTES) {
    if (known == attribute) {
      *value = constant;
      return CUDA_SUCCESS;
    }
  }
  driver().say("cuDeviceGetAttribute: no value for attribute " + std::to_string(attribute));
  return CUDA_ERROR_INVALID_VALUE;
}

SOFTDRIVER_API CUresult cuDeviceTotalMem_v2(size_t* bytes, CUdevice device) {
  SOFTDRIVER_ENTER(Call::INIT);
  if (device != DEVICE) {
    return CUDA_ERROR_INVALID_DEVICE;
  }
  *bytes = driver().settings.memory;
  return CUDA_SUCCESS;
}

SOFTDRIVER_API CUresult cuDeviceGetPCIBusId(char* id, int length, CUdevice device) {
  SOFTDRIVER_ENTER(Call::INIT);
  if (device != DEVICE) {
    return CUDA_ERROR_INVALID_DEVICE;
  }
  copy_text(id, length, "0000:00:00.0");
  return CUDA_SUCCESS;
}

SOFTDRIVER_API CUresult cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice device) {
  SOFTDRIVER_ENTER(Call::INIT);
  if (device != DEVICE) {
    return CUDA_ERROR_INVALID_DEVICE;
  }
  Driver& d = driver();
  if (!d.memory.reserve()) {
    return CUDA_ERROR_OUT_OF_MEMORY;
  }
  if (d.retained++ == 0) {
    d.context = d.handle();
  }
  *context = reinterpret_cast<CUcontext>(d.context);
  return CUDA_SUCCESS;
}

SOFTDRIVER_API CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  SOFTDRIVER_ENTER(Call::INIT_TO_RELEASE);
  Driver& d = driver();
  if (device != DEVICE) {
    return CUDA_ERROR_INVALID_DEVICE;
  }
  if (d.retained == 0) {
    return CUDA_ERROR_INVALID_CONTEXT;
  }
  if (d.retained == 1) {
    destroy_context(call.lock);
  } else {
    d.retained--;
  }
  return call.outcome;
}

SOFTDRIVER_API CUresult cuCtxPushCurrent_v2(CUcontext context) {
  SOFTDRIVER_ENTER(Call::INIT_TO_RELEASE);
  // It does not touch the device, lost or not.
  if (call.outcome != driver().lost) {
    return call.outcome;
  }
  const uintptr_t number = reinterpret_cast<uintptr_t>(context);
  if (driver().retained == 0 || number != driver().context) {
    return CUDA_ERROR_INVALID_CONTEXT;
  }
  current.push_back(number);
  return CUDA_SUCCESS;
}

SOFTDRIVER_API CUresult cuCtxPopCurrent_v2(CUcontext* context) {
  SOFTDRIVER_ENTER(Call::INIT_TO_RELEASE);
  if (current.empty()) {
    return CUDA_ERROR_INVALID_CONTEXT;
  }
  if (context != nullptr) {
    *context = reinterpret_cast<CUcontext>(current.back());
  }
  current.pop_back();
  return CUDA_SUCCESS;
}
