// What tests do with the stand-in beside using it: settings, faults, counts, its log.

#include <cstdio>
#include <cstring>
#include <utility>

#include "driver.h"

using namespace softdriver;

/** Forgets settings, faults, counts, the log, and a context that somebody has left. */
SOFTDRIVER_API void softdriver_reset() {
  Driver& d = driver();
  std::unique_lock<std::mutex> lock(d.lock);
  if (d.retained > 0) {
    destroy_context(lock);
  }
  d.settings = Settings{};
  d.plans.clear();
  d.lost = CUDA_SUCCESS;
  d.counts.clear();
  d.log.clear();
  d.initialised = false;
}

/** Returns false if there is no such setting. */
SOFTDRIVER_API int softdriver_set(const char* name, long long value) {
  Driver& d = driver();
  std::lock_guard<std::mutex> lock(d.lock);
  Settings& s = d.settings;
  const std::pair<const char*, long long*> all[] = {
      {"version", &s.version}, {"devices", &s.devices},       {"memory", &s.memory},
      {"seed", &s.seed},       {"capability", &s.capability}, {"late", &s.late},
      {"races", &s.races},
  };
  for (const auto& [known, field] : all) {
    if (strcmp(known, name) == 0) {
      *field = value;
      return true;
    }
  }
  return false;
}

/**
 * Lets the n-th call of a function from now on fail, without doing anything; the first is 1. Beside
 * functions there are "*", any call, and "kernel" and "copy", what a worker carries out.
 */
SOFTDRIVER_API void softdriver_fail(const char* call, long long nth, int result, int lasting) {
  Driver& d = driver();
  std::lock_guard<std::mutex> lock(d.lock);
  d.plans.push_back({call, nth, static_cast<CUresult>(result), lasting != 0});
}

/**
 * Returns how many objects of a kind are alive; how often a function was called; how often a kernel
 * ran, such as "kernel softmax"; or how many "kernels" ran in all, how many graph "replays" were asked
 * for, and how many objects were "leaked", that is left to their context's end.
 */
SOFTDRIVER_API long long softdriver_count(const char* what) {
  Driver& d = driver();
  std::lock_guard<std::mutex> lock(d.lock);
  const std::pair<const char*, size_t> alive[] = {
      {"allocations", d.memory.count()}, {"bytes", d.memory.used()},
      {"pinned", d.pinned.count()},      {"modules", d.modules.count()},
      {"streams", d.streams.count()},    {"events", d.events.count()},
      {"graphs", d.graphs.count()},      {"executables", d.executables.count()},
      {"contexts", static_cast<size_t>(d.retained)},
  };
  for (const auto& [known, count] : alive) {
    if (strcmp(known, what) == 0) {
      return static_cast<long long>(count);
    }
  }
  const auto found = d.counts.find(what);
  return found == d.counts.end() ? 0 : found->second;
}

/** Writes as much of the log as there is room for and returns how long it is. */
SOFTDRIVER_API size_t softdriver_log(char* text, size_t bytes) {
  Driver& d = driver();
  std::lock_guard<std::mutex> lock(d.lock);
  if (bytes > 0) {
    snprintf(text, bytes, "%s", d.log.c_str());
  }
  return d.log.size();
}
