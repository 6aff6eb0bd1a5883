// What the stand-ins for cuDNN and cuBLAS need of the stand-in for libcuda.so.1, which they are linked with.
#pragma once

#include <functional>
#include <string>

#include "abi.h"

namespace softdriver {

#define SOFTDRIVER_SHARED __attribute__((visibility("default")))

/** Tells whether all of a stretch lies in one allocation of the device. */
using Holds = std::function<bool(const void* address, size_t bytes)>;

/** Counts a call; returns the fault planned for it, or why it may not go on: it needs a context. */
SOFTDRIVER_SHARED int enter_library(const char* name);

/** Tells whether a stream is being captured. */
SOFTDRIVER_SHARED bool is_capturing(CUstream stream);

/**
 * Puts work into a stream, or into the graph that it captures.
 *
 * @param check says what is wrong with the memory, when its time has come; nothing if all is right
 * @param compute does it
 */
SOFTDRIVER_SHARED CUresult enqueue_library(CUstream stream,
                                           std::function<std::string(const Holds&)> check,
                                           std::function<void()> compute);

/** Counts objects that are made and destroyed. */
SOFTDRIVER_SHARED void count_library(const char* what, int by);

}  // namespace softdriver
