// What the parts of the stand-in for libcuda.so.1 share.
//
// One lock guards all of it but the kernels themselves, which run one at a time under a lock of their
// own. Handles are numbers that never come back, so a stale one is always found.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "abi.h"
#include "device.h"

namespace softdriver {

struct Settings {
  long long version = 12090;
  long long devices = 1;
  long long memory = 2LL << 30;
  long long capability = 80;
  /** The order of blocks and threads; 0 is the order of their numbers. */
  long long seed = 1;
  /** Work starts as late as it may, when somebody waits for it; otherwise at once. */
  long long late = 1;
  long long races = 1;
};

/** An injected fault: at the n-th call of a function from now on. */
struct Plan {
  std::string call;
  long long nth;
  CUresult result;
  /** From then on every call fails so: the device is lost. */
  bool lasting;
};

/** The device's memory: a stretch of addresses in which allocations lie apart from each other. */
class DeviceMemory {
 public:
  /** Returns false if the system does not give the addresses. */
  bool reserve();
  void release();

  /** Returns null if none is left. */
  char* allocate(size_t bytes);
  bool free(const char* address);
  /** Tells whether all of it lies in one allocation. */
  bool holds(const char* address, size_t bytes) const;

  size_t used() const { return used_; }
  size_t count() const { return allocations_.size(); }
  Memory& memory() { return memory_; }

 private:
  size_t find(size_t bytes, size_t from, size_t to) const;

  Memory memory_ = {};
  std::map<size_t, size_t> allocations_;
  size_t used_ = 0;
  size_t next_ = 0;
};

/** Pinned memory of the host, between guard bands. */
class HostMemory {
 public:
  char* allocate(size_t bytes);
  /** Returns false if there is none at this address. */
  bool free(char* address);
  void release();

  /** Tells whether a byte lies in it or in its guard bands. */
  bool pinned(const void* address) const;
  /** Tells whether all of it lies in one allocation. */
  bool holds(const void* address, size_t bytes) const;
  /** Returns what was written outside of it, in words, or nothing. */
  std::string damage() const;

  std::vector<HostRange> ranges() const;
  size_t count() const { return allocations_.size(); }

 private:
  std::map<char*, size_t> allocations_;
};

struct Module {
  void* library;
  const Image* image;
  unsigned architecture;
  bool unloaded = false;
  ~Module();
};

struct Function {
  std::shared_ptr<Module> module;
  const Kernel* kernel;
};

/** A piece of work: what a stream carries out and what a graph is made of. */
struct Operation {
  virtual ~Operation() = default;
  /** Returns what came of it; called on a worker, with no lock but that of the device. */
  virtual CUresult run() const = 0;
};

using Work = std::shared_ptr<const Operation>;

struct Capture {
  CUstreamCaptureMode mode;
  std::thread::id thread;
  bool invalid = false;
  std::vector<Work> work;
};

struct Stream {
  bool blocking = false;
  std::deque<Work> queue;
  uint64_t enqueued = 0;
  uint64_t done = 0;
  /** Work up to this number may start. */
  uint64_t wanted = 0;
  bool closing = false;
  std::unique_ptr<Capture> capture;
  std::condition_variable changed;
};

/** When an event was reached; written by the worker. */
struct Moment {
  bool reached = false;
  double milliseconds = 0;
};

struct Event {
  bool timing;
  bool captured = false;
  std::shared_ptr<Moment> moment;
  std::shared_ptr<Stream> stream;
  uint64_t number = 0;
};

struct Graph {
  std::vector<Work> work;
};

/** The objects of one kind by their handles. */
template <typename Handle, typename T>
class Handles {
 public:
  Handle add(std::shared_ptr<T> object, uintptr_t number) {
    objects_[number] = std::move(object);
    return reinterpret_cast<Handle>(number);
  }
  std::shared_ptr<T> get(Handle handle) const {
    const auto found = objects_.find(reinterpret_cast<uintptr_t>(handle));
    return found == objects_.end() ? nullptr : found->second;
  }
  bool remove(Handle handle) { return objects_.erase(reinterpret_cast<uintptr_t>(handle)) == 1; }
  size_t count() const { return objects_.size(); }
  void clear() { objects_.clear(); }
  auto begin() const { return objects_.begin(); }
  auto end() const { return objects_.end(); }

 private:
  std::map<uintptr_t, std::shared_ptr<T>> objects_;
};

struct Driver {
  std::mutex lock;
  /** Held while something runs on the device. Taken alone or after the other one, never before. */
  std::mutex device;

  Settings settings;
  std::vector<Plan> plans;
  std::map<std::string, long long> counts;
  std::string log;

  bool initialised = false;
  uintptr_t next_handle = 0x5d000000;

  /** The primary context: how often it is retained, and its number, which changes with each life. */
  int retained = 0;
  uintptr_t context = 0;
  /** Set by what breaks a context; then all that is left is to give it back. */
  CUresult broken = CUDA_SUCCESS;

  DeviceMemory memory;
  HostMemory pinned;
  Handles<CUmodule, Module> modules;
  Handles<CUfunction, Function> functions;
  Handles<CUstream, Stream> streams;
  Handles<CUevent, Event> events;
  Handles<CUgraph, Graph> graphs;
  Handles<CUgraphExec, Graph> executables;
  std::shared_ptr<Stream> legacy;
  /** With those that were destroyed but are not through. */
  std::vector<std::shared_ptr<Stream>> workers;
  std::condition_variable worker_ended;

  uintptr_t handle() { return next_handle += 16; }
  void say(const std::string& text) { log += text + "\n"; }
  /** Breaks the context if something was written beside pinned memory. */
  void look_at_bands();
  /** Returns the fault planned for this call, if its time has come. */
  CUresult planned(const std::string& call);
  /** The fault of a device that was lost. */
  CUresult lost = CUDA_SUCCESS;
};

/** Never destroyed: workers may be there until the process ends. */
Driver& driver();

/** What a function of the interface begins with: takes the lock, and looks whether it may go on. */
class Call {
 public:
  /** What gives something back does so although the device is lost, and says then that it is. */
  enum Needs { NOTHING, INIT, INIT_TO_RELEASE, CONTEXT, CONTEXT_TO_RELEASE };
  enum Capturing { ALLOWED, UNSAFE };

  Call(const char* name, Needs needs, Capturing capturing = ALLOWED);

  /** Why it may not go on. */
  CUresult result = CUDA_SUCCESS;
  /** What it returns when it is through. */
  CUresult outcome = CUDA_SUCCESS;
  std::unique_lock<std::mutex> lock;

  /** Returns what came of a release. */
  CUresult done() const { return outcome != CUDA_SUCCESS ? outcome : driver().broken; }

 private:
  CUresult look(const char* name, Needs needs, Capturing capturing);
};

#define SOFTDRIVER_ENTER(...)       \
  Call call(__func__, __VA_ARGS__); \
  if (call.result != CUDA_SUCCESS) return call.result

/** Puts work into a stream, or into the graph that it captures. */
CUresult enqueue(Call& call, CUstream handle, Work work);
/** Returns the stream of a handle, of which 0 is one; null if there is none. */
std::shared_ptr<Stream> stream_of(CUstream handle);
void wait_for(std::unique_lock<std::mutex>& lock, Stream& stream, uint64_t number);
void wait_for_all(std::unique_lock<std::mutex>& lock);
/** Waits for the streams that the legacy stream takes turns with. */
void wait_for_blocking(std::unique_lock<std::mutex>& lock);
/** Ends the primary context with all that is left in it. */
void destroy_context(std::unique_lock<std::mutex>& lock);
void close_streams(std::unique_lock<std::mutex>& lock);

}  // namespace softdriver
