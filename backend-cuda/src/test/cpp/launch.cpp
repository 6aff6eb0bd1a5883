// Modules and their kernels, and the work that streams carry out: launches, copies, fills.

#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "driver.h"

namespace softdriver {

Module::~Module() { dlclose(library); }

namespace {

using Locked = std::unique_lock<std::mutex>;

/** Returns null if the system cannot load it. */
void* load(const char* bytes, size_t count) {
  const char* folder = getenv("TMPDIR");
  std::string path = std::string(folder == nullptr ? "/tmp" : folder) + "/softdriver-XXXXXX";
  const int file = mkstemp(path.data());
  if (file < 0) {
    return nullptr;
  }
  size_t written = 0;
  while (written < count) {
    const ssize_t more = write(file, bytes + written, count - written);
    if (more <= 0) {
      break;
    }
    written += more;
  }
  close(file);
  // A name of its own each time: the loader gives a name that it knows the library that it knows.
  void* library = written == count ? dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL) : nullptr;
  if (library == nullptr) {
    driver().say(std::string("cuModuleLoadData: ") + dlerror());
  }
  unlink(path.c_str());
  return library;
}

struct KernelRun final : Operation {
  std::shared_ptr<Module> module;
  const Kernel* kernel;
  unsigned grid[3];
  unsigned block[3];
  /** Copies of the parameters, one behind the other. */
  std::vector<char> values;
  std::vector<size_t> offsets;

  CUresult run() const override {
    Driver& d = driver();
    Locked lock(d.lock);
    Locked alone(d.device);
    d.counts["kernels"]++;
    d.counts[std::string("kernel ") + kernel->name]++;
    if (module->unloaded) {
      d.say(std::string("kernel ") + kernel->name + ": its module was unloaded before it ran");
      return CUDA_ERROR_ILLEGAL_ADDRESS;
    }
    const CUresult planned = d.planned("kernel");
    if (planned != CUDA_SUCCESS) {
      d.say(std::string("kernel ") + kernel->name + ": fails as planned");
      return planned;
    }
    const std::vector<HostRange> host = d.pinned.ranges();
    // The kernel gets them by value; its own copy is on its stack.
    std::vector<char> own = values;
    std::vector<void*> parameters;
    for (const size_t offset : offsets) {
      parameters.push_back(own.data() + offset);
    }
    Launch launch = {};
    launch.kernel = kernel;
    launch.parameters = parameters.data();
    memcpy(launch.grid, grid, sizeof grid);
    memcpy(launch.block, block, sizeof block);
    launch.memory = &d.memory.memory();
    launch.host = host.data();
    launch.host_ranges = host.size();
    launch.seed = d.settings.seed == 0 ? 0 : d.settings.seed + d.counts["kernels"];
    launch.races = d.settings.races != 0;
    lock.unlock();
    Fault fault = {};
    module->image->run(&launch, &fault);
    alone.unlock();
    if (fault.code == 0) {
      return CUDA_SUCCESS;
    }
    lock.lock();
    d.say(fault.text);
    return static_cast<CUresult>(fault.code);
  }
};

/** A copy between the device and the host. */
struct CopyRun final : Operation {
  char* device;
  char* host;
  size_t bytes;
  bool to_device;
  /** What host memory that is not pinned held at the call; then there is no host. */
  std::vector<char> kept;

  CUresult run() const override {
    Driver& d = driver();
    Locked lock(d.lock);
    Locked alone(d.device);
    const CUresult planned = d.planned("copy");
    if (planned != CUDA_SUCCESS) {
      return planned;
    }
    const bool pinned = host != nullptr && d.pinned.pinned(host);
    if (!d.memory.holds(device, bytes) || (pinned && !d.pinned.holds(host, bytes)) ||
        (pinned_at_call && !pinned)) {
      d.say("a copy of " + std::to_string(bytes) + " bytes: its memory was freed before it ran");
      return CUDA_ERROR_ILLEGAL_ADDRESS;
    }
    lock.unlock();
    if (to_device) {
      memcpy(device, host == nullptr ? kept.data() : host, bytes);
    } else {
      memcpy(host, device, bytes);
    }
    return CUDA_SUCCESS;
  }

  bool pinned_at_call;
};

struct FillRun final : Operation {
  char* device;
  unsigned value;
  size_t count;

  CUresult run() const override {
    Driver& d = driver();
    Locked lock(d.lock);
    Locked alone(d.device);
    if (!d.memory.holds(device, count * sizeof value)) {
      d.say("a fill: its memory was freed before it ran");
      return CUDA_ERROR_ILLEGAL_ADDRESS;
    }
    lock.unlock();
    for (size_t i = 0; i < count; i++) {
      memcpy(device + i * sizeof value, &value, sizeof value);
    }
    return CUDA_SUCCESS;
  }
};

CUresult copy(Call& call, char* device, char* host, size_t bytes, bool to_device,
              CUstream handle) {
  Driver& d = driver();
  const auto stream = stream_of(handle);
  if (stream == nullptr) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  const bool pinned = d.pinned.pinned(host);
  if (host == nullptr || !d.memory.holds(device, bytes) ||
      (pinned && !d.pinned.holds(host, bytes))) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  if (stream->capture != nullptr && !pinned) {
    // A replay would touch memory of which the driver knows nothing by then.
    stream->capture->invalid = true;
    return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  }
  auto work = std::make_shared<CopyRun>();
  work->device = device;
  work->host = host;
  work->bytes = bytes;
  work->to_device = to_device;
  work->pinned_at_call = pinned;
  if (!pinned && to_device) {
    work->kept.assign(host, host + bytes);
    work->host = nullptr;
  }
  CUresult result = enqueue(call, handle, work);
  if (result == CUDA_SUCCESS && !pinned && !to_device) {
    wait_for(call.lock, *stream, stream->enqueued);
    result = d.broken;
  }
  return result;
}

bool within(unsigned x, unsigned y, unsigned z, unsigned most_x, unsigned most_y,
            unsigned most_z) {
  return x >= 1 && y >= 1 && z >= 1 && x <= most_x && y <= most_y && z <= most_z;
}

}  // namespace
}  // namespace softdriver

using namespace softdriver;

SOFTDRIVER_API CUresult cuModuleLoadData(CUmodule* module, const void* image) {
  SOFTDRIVER_ENTER(Call::CONTEXT, Call::UNSAFE);
  Driver& d = driver();
  if (module == nullptr || image == nullptr) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  if (memcmp(image, BUILD, sizeof BUILD) != 0) {
    return CUDA_ERROR_INVALID_IMAGE;
  }
  CubinHeader header;
  memcpy(&header, image, sizeof header);
  const unsigned capability = static_cast<unsigned>(d.settings.capability);
  if (header.architecture / 10 != capability / 10 || header.architecture > capability) {
    return CUDA_ERROR_NO_BINARY_FOR_GPU;
  }
  void* library = load(static_cast<const char*>(image) + sizeof header, header.bytes);
  if (library == nullptr) {
    return CUDA_ERROR_SHARED_OBJECT_INIT_FAILED;
  }
  const auto entry = reinterpret_cast<const Image* (*)()>(dlsym(library, IMAGE_SYMBOL));
  auto loaded = std::make_shared<Module>();
  loaded->library = library;
  loaded->image = entry();
  loaded->architecture = header.architecture;
  *module = d.modules.add(loaded, d.handle());
  return CUDA_SUCCESS;
}

SOFTDRIVER_API CUresult cuModuleUnload(CUmodule module) {
  SOFTDRIVER_ENTER(Call::CONTEXT_TO_RELEASE, Call::UNSAFE);
  const auto found = driver().modules.get(module);
  if (found == nullptr) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  found->unloaded = true;
  driver().modules.remove(module);
  return call.done();
}

SOFTDRIVER_API CUresult cuModuleGetFunction(CUfunction* function, CUmodule module,
                                            const char* name) {
  // The driver may load the kernel now.
  SOFTDRIVER_ENTER(Call::CONTEXT, Call::UNSAFE);
  const auto found = driver().modules.get(module);
  if (found == nullptr) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  if (function == nullptr || name == nullptr) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  for (const Kernel* kernel = found->image->kernels; kernel->name != nullptr; kernel++) {
    if (strcmp(kernel->name, name) == 0) {
      *function = driver().functions.add(std::make_shared<Function>(Function{found, kernel}),
                                         driver().handle());
      return CUDA_SUCCESS;
    }
  }
  return CUDA_ERROR_NOT_FOUND;
}

SOFTDRIVER_API CUresult cuFuncGetAttribute(int* value, CUfunction_attribute attribute,
                                           CUfunction handle) {
  SOFTDRIVER_ENTER(Call::CONTEXT);
  const auto function = driver().functions.get(handle);
  if (function == nullptr || function->module->unloaded) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  constexpr int SHARED_SIZE_BYTES = 1;
  constexpr int NUM_REGS = 4;
  constexpr int BINARY_VERSION = 6;
  switch (static_cast<int>(attribute)) {
    case CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK:
      *value = function->kernel->max_threads == 0 ? MAX_THREADS : function->kernel->max_threads;
      return CUDA_SUCCESS;
    case SHARED_SIZE_BYTES:
      // That of all kernels of the module: the compiler of the host does not tell them apart.
      *value = static_cast<int>(function->module->image->shared_bytes);
      return CUDA_SUCCESS;
    case NUM_REGS:
      *value = 32;
      return CUDA_SUCCESS;
    case BINARY_VERSION:
      *value = static_cast<int>(function->module->architecture);
      return CUDA_SUCCESS;
    case 2:  // CONST_SIZE_BYTES
    case 3:  // LOCAL_SIZE_BYTES
      *value = 0;
      return CUDA_SUCCESS;
    default:
      return CUDA_ERROR_INVALID_VALUE;
  }
}

SOFTDRIVER_API CUresult cuLaunchKernel(CUfunction handle, unsigned grid_x, unsigned grid_y,
                                       unsigned grid_z, unsigned block_x, unsigned block_y,
                                       unsigned block_z, unsigned shared_bytes, CUstream stream,
                                       void** parameters, void** extra) {
  SOFTDRIVER_ENTER(Call::CONTEXT);
  const auto function = driver().functions.get(handle);
  if (function == nullptr || function->module->unloaded || stream_of(stream) == nullptr) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  const Kernel& kernel = *function->kernel;
  if (!within(grid_x, grid_y, grid_z, 2147483647, 65535, 65535) ||
      !within(block_x, block_y, block_z, 1024, 1024, 64) ||
      uint64_t{block_x} * block_y * block_z > MAX_THREADS || extra != nullptr ||
      (kernel.parameters > 0 && parameters == nullptr)) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  if (kernel.max_threads > 0 &&
      block_x * block_y * block_z > static_cast<unsigned>(kernel.max_threads)) {
    return CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES;
  }
  if (shared_bytes > 0) {
    driver().say("cuLaunchKernel: dynamic shared memory is not known here");
    return CUDA_ERROR_NOT_SUPPORTED;
  }
  auto run = std::make_shared<KernelRun>();
  run->module = function->module;
  run->kernel = &kernel;
  const unsigned grid[] = {grid_x, grid_y, grid_z};
  const unsigned block[] = {block_x, block_y, block_z};
  memcpy(run->grid, grid, sizeof grid);
  memcpy(run->block, block, sizeof block);
  constexpr size_t ALIGNMENT = 16;
  for (int i = 0; i < kernel.parameters; i++) {
    const size_t bytes = kernel.parameter_bytes[i];
    const size_t offset = run->values.size();
    run->offsets.push_back(offset);
    run->values.resize((offset + bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    memcpy(run->values.data() + offset, parameters[i], bytes);
  }
  return enqueue(call, stream, run);
}

SOFTDRIVER_API CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void* from, size_t bytes) {
  SOFTDRIVER_ENTER(Call::CONTEXT, Call::UNSAFE);
  // Returns when it has the bytes. Those of memory that is not pinned arrive later, in the order of
  // the legacy stream: a stream that does not wait for that one may run before.
  char* host = const_cast<char*>(static_cast<const char*>(from));
  const CUresult result =
      copy(call, reinterpret_cast<char*>(to), host, bytes, true, nullptr);
  if (result == CUDA_SUCCESS && driver().pinned.pinned(host)) {
    const auto stream = stream_of(nullptr);
    wait_for(call.lock, *stream, stream->enqueued);
    return driver().broken;
  }
  return result;
}

SOFTDRIVER_API CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, size_t bytes,
                                             CUstream stream) {
  SOFTDRIVER_ENTER(Call::CONTEXT);
  char* host = const_cast<char*>(static_cast<const char*>(from));
  return copy(call, reinterpret_cast<char*>(to), host, bytes, true, stream);
}

SOFTDRIVER_API CUresult cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, size_t bytes,
                                             CUstream stream) {
  SOFTDRIVER_ENTER(Call::CONTEXT);
  return copy(call, reinterpret_cast<char*>(from), static_cast<char*>(to), bytes, false, stream);
}

SOFTDRIVER_API CUresult cuMemsetD32Async(CUdeviceptr to, unsigned value, size_t count,
                                         CUstream stream) {
  SOFTDRIVER_ENTER(Call::CONTEXT);
  char* device = reinterpret_cast<char*>(to);
  if (stream_of(stream) == nullptr) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  if (to % sizeof value != 0 || !driver().memory.holds(device, count * sizeof value)) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  auto work = std::make_shared<FillRun>();
  work->device = device;
  work->value = value;
  work->count = count;
  return enqueue(call, stream, work);
}
