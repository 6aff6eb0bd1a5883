// Work that libraries put into streams.

#include "library.h"

#include "driver.h"

namespace softdriver {

namespace {

struct LibraryRun final : Operation {
  std::function<std::string(const Holds&)> check;
  std::function<void()> compute;

  CUresult run() const override {
    Driver& d = driver();
    std::unique_lock<std::mutex> lock(d.lock);
    std::unique_lock<std::mutex> alone(d.device);
    const std::string complaint = check([&](const void* address, size_t bytes) {
      return d.memory.holds(static_cast<const char*>(address), bytes);
    });
    if (!complaint.empty()) {
      d.say(complaint);
      return CUDA_ERROR_ILLEGAL_ADDRESS;
    }
    lock.unlock();
    compute();
    return CUDA_SUCCESS;
  }
};

}  // namespace

int enter_library(const char* name) {
  Call call(name, Call::CONTEXT);
  return call.result;
}

bool is_capturing(CUstream handle) {
  std::lock_guard<std::mutex> lock(driver().lock);
  const auto stream = stream_of(handle);
  return stream != nullptr && stream->capture != nullptr;
}

CUresult enqueue_library(CUstream handle, std::function<std::string(const Holds&)> check,
                         std::function<void()> compute) {
  SOFTDRIVER_ENTER(Call::CONTEXT);
  if (stream_of(handle) == nullptr) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  auto work = std::make_shared<LibraryRun>();
  work->check = std::move(check);
  work->compute = std::move(compute);
  return enqueue(call, handle, work);
}

void count_library(const char* what, int by) {
  std::lock_guard<std::mutex> lock(driver().lock);
  driver().counts[what] += by;
}

}  // namespace softdriver
