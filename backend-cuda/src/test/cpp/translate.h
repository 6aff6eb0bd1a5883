// What the stand-in for NVRTC does to texts before and after the compiler of the host.
#pragma once

#include <string>

namespace softdriver {

/** The table of the kernels that a text defines as extern "C" __global__, to stand behind it. */
std::string kernel_table(const std::string& source);

/**
 * Puts room behind every variable that starts as zeros, which is every shared one, and a table of them at
 * the end: an access that runs over the end of one then meets no other.
 */
std::string with_bands(const std::string& assembly);

}  // namespace softdriver
