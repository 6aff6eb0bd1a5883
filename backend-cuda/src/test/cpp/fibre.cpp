#include "fibre.h"

#include <cstdint>

#if defined(__x86_64__)

// Keeps what a callee has to keep and changes stacks: a few nanoseconds, where swapcontext asks the
// kernel for the signal mask each time. No kernel of ours changes the floating-point modes.
extern "C" void softdriver_switch(void** from, void* to);

asm(R"(
.text
.p2align 4
.hidden softdriver_switch
.globl softdriver_switch
.type softdriver_switch, @function
softdriver_switch:
  endbr64
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size softdriver_switch, .-softdriver_switch
)");

namespace softdriver {

void prepare(Context& context, char* stack, size_t bytes, void (*entry)()) {
  const uintptr_t top = (reinterpret_cast<uintptr_t>(stack) + bytes) & ~uintptr_t{15};
  void** slot = reinterpret_cast<void**>(top);
  // As if entry had been called: its return address, which nobody uses, lies 8 below a multiple of 16.
  *--slot = nullptr;
  *--slot = reinterpret_cast<void*>(entry);
  for (int i = 0; i < 6; i++) {
    *--slot = nullptr;
  }
  context.stack_pointer = slot;
}

void switch_to(Context& from, Context& to) {
  softdriver_switch(&from.stack_pointer, to.stack_pointer);
}

}  // namespace softdriver

#else

namespace softdriver {

void prepare(Context& context, char* stack, size_t bytes, void (*entry)()) {
  getcontext(&context);
  context.uc_stack.ss_sp = stack;
  context.uc_stack.ss_size = bytes;
  context.uc_link = nullptr;
  makecontext(&context, entry, 0);
}

void switch_to(Context& from, Context& to) {
  swapcontext(&from, &to);
}

}  // namespace softdriver

#endif
