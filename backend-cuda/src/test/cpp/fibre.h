// Threads of a block: stacks that take turns on one thread of the host.
#pragma once

#include <cstddef>

#if !defined(__x86_64__)
#include <ucontext.h>
#endif

namespace softdriver {

#if defined(__x86_64__)
struct Context {
  void* stack_pointer;
};
#else
using Context = ucontext_t;
#endif

/** Makes a context that calls a function, which never returns, on a stack of its own. */
void prepare(Context& context, char* stack, size_t bytes, void (*entry)());

/** Goes on where another context was left. */
void switch_to(Context& from, Context& to);

}  // namespace softdriver
