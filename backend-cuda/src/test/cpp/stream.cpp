// Streams, each with a worker that carries out what was put into it; captures, graphs and events.

#include <signal.h>

#include <algorithm>
#include <chrono>

#include "driver.h"

namespace softdriver {

namespace {

/** Carries out a stream's work, one piece after the other, until the stream is closed. */
void serve(const std::shared_ptr<Stream>& stream) {
  Driver& d = driver();
  std::unique_lock<std::mutex> lock(d.lock);
  for (;;) {
    stream->changed.wait(lock, [&] {
      return stream->done < stream->wanted || (stream->closing && stream->queue.empty());
    });
    if (stream->queue.empty()) {
      break;
    }
    const Work work = stream->queue.front();
    stream->queue.pop_front();
    if (d.broken == CUDA_SUCCESS) {
      lock.unlock();
      const CUresult result = work->run();
      lock.lock();
      if (result != CUDA_SUCCESS) {
        d.broken = result;
      }
    }
    stream->done++;
    stream->changed.notify_all();
  }
  d.workers.erase(std::find(d.workers.begin(), d.workers.end(), stream));
  d.worker_ended.notify_all();
}

std::shared_ptr<Stream> open(bool blocking) {
  auto stream = std::make_shared<Stream>();
  stream->blocking = blocking;
  // Signals of the process are not for this thread, whose stacks are not those of a thread.
  sigset_t all;
  sigset_t kept;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &kept);
  std::thread(serve, stream).detach();
  pthread_sigmask(SIG_SETMASK, &kept, nullptr);
  driver().workers.push_back(stream);
  return stream;
}

void close(Stream& stream) {
  stream.wanted = stream.enqueued;
  stream.closing = true;
  stream.changed.notify_all();
}

CUresult capturing(const Stream& stream) {
  if (stream.capture == nullptr) {
    return CUDA_SUCCESS;
  }
  stream.capture->invalid = true;
  return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
}

struct Reach final : Operation {
  explicit Reach(std::shared_ptr<Moment> moment) : moment(std::move(moment)) {}

  CUresult run() const override {
    using namespace std::chrono;
    const auto now = steady_clock::now().time_since_epoch();
    std::lock_guard<std::mutex> lock(driver().lock);
    moment->reached = true;
    moment->milliseconds = duration<double, std::milli>(now).count();
    return CUDA_SUCCESS;
  }

  std::shared_ptr<Moment> moment;
};

}  // namespace

std::shared_ptr<Stream> stream_of(CUstream handle) {
  if (handle != nullptr) {
    return driver().streams.get(handle);
  }
  if (driver().legacy == nullptr) {
    driver().legacy = open(true);
  }
  return driver().legacy;
}

void wait_for(std::unique_lock<std::mutex>& lock, Stream& stream, uint64_t number) {
  stream.wanted = std::max(stream.wanted, number);
  stream.changed.notify_all();
  stream.changed.wait(lock, [&] { return stream.done >= number; });
}

void wait_for_all(std::unique_lock<std::mutex>& lock) {
  const auto workers = driver().workers;
  for (const auto& stream : workers) {
    wait_for(lock, *stream, stream->enqueued);
  }
}

void wait_for_blocking(std::unique_lock<std::mutex>& lock) {
  const auto workers = driver().workers;
  for (const auto& stream : workers) {
    if (stream->blocking) {
      wait_for(lock, *stream, stream->enqueued);
    }
  }
}

void close_streams(std::unique_lock<std::mutex>& lock) {
  Driver& d = driver();
  for (const auto& stream : d.workers) {
    close(*stream);
  }
  d.legacy = nullptr;
  d.worker_ended.wait(lock, [&] { return d.workers.empty(); });
}

CUresult enqueue(Call& call, CUstream handle, Work work) {
  Driver& d = driver();
  const auto stream = stream_of(handle);
  if (stream->capture != nullptr) {
    if (stream->capture->invalid) {
      return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    }
    stream->capture->work.push_back(std::move(work));
    return CUDA_SUCCESS;
  }
  if (handle == nullptr) {
    for (const auto& [_, other] : d.streams) {
      if (other->blocking && capturing(*other) != CUDA_SUCCESS) {
        return CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
      }
    }
    wait_for_blocking(call.lock);
  } else if (stream->blocking && d.legacy != nullptr) {
    wait_for(call.lock, *d.legacy, d.legacy->enqueued);
  }
  stream->queue.push_back(std::move(work));
  stream->enqueued++;
  if (d.settings.late == 0) {
    stream->wanted = stream->enqueued;
    stream->changed.notify_all();
  }
  return CUDA_SUCCESS;
}

}  // namespace softdriver

using namespace softdriver;

SOFTDRIVER_API CUresult cuStreamCreate(CUstream* handle, unsigned flags) {
  SOFTDRIVER_ENTER(Call::CONTEXT);
  if (handle == nullptr || flags > CU_STREAM_NON_BLOCKING) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  Driver& d = driver();
  *handle = d.streams.add(open(flags == 0), d.handle());
  return CUDA_SUCCESS;
}

SOFTDRIVER_API CUresult cuStreamDestroy_v2(CUstream handle) {
  SOFTDRIVER_ENTER(Call::CONTEXT_TO_RELEASE);
  const auto stream = driver().streams.get(handle);
  if (stream == nullptr) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  // Nobody waits: what is in it is still carried out.
  close(*stream);
  driver().streams.remove(handle);
  return call.done();
}

SOFTDRIVER_API CUresult cuStreamSynchronize(CUstream handle) {
  SOFTDRIVER_ENTER(Call::CONTEXT);
  const auto stream = stream_of(handle);
  if (stream == nullptr) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  const CUresult captured = capturing(*stream);
  if (captured != CUDA_SUCCESS) {
    return captured;
  }
  wait_for(call.lock, *stream, stream->enqueued);
  driver().look_at_bands();
  return driver().broken;
}

SOFTDRIVER_API CUresult cuStreamBeginCapture_v2(CUstream handle, CUstreamCaptureMode mode) {
  SOFTDRIVER_ENTER(Call::CONTEXT);
  if (handle == nullptr) {
    return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  }
  const auto stream = driver().streams.get(handle);
  if (stream == nullptr) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  if (mode < CU_STREAM_CAPTURE_MODE_GLOBAL || mode > CU_STREAM_CAPTURE_MODE_RELAXED) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  if (stream->capture != nullptr) {
    return CUDA_ERROR_ILLEGAL_STATE;
  }
  stream->capture = std::make_unique<Capture>();
  stream->capture->mode = mode;
  stream->capture->thread = std::this_thread::get_id();
  return CUDA_SUCCESS;
}

SOFTDRIVER_API CUresult cuStreamEndCapture(CUstream handle, CUgraph* graph) {
  SOFTDRIVER_ENTER(Call::CONTEXT_TO_RELEASE);
  const auto stream = driver().streams.get(handle);
  if (stream == nullptr) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  if (stream->capture == nullptr) {
    return CUDA_ERROR_ILLEGAL_STATE;
  }
  if (stream->capture->mode != CU_STREAM_CAPTURE_MODE_RELAXED &&
      stream->capture->thread != std::this_thread::get_id()) {
    return CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD;
  }
  const auto capture = std::move(stream->capture);
  *graph = nullptr;
  if (call.done() != CUDA_SUCCESS) {
    return call.done();
  }
  if (capture->invalid) {
    return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
  }
  *graph = driver().graphs.add(std::make_shared<Graph>(Graph{capture->work}), driver().handle());
  return CUDA_SUCCESS;
}

SOFTDRIVER_API CUresult cuGraphInstantiateWithFlags(CUgraphExec* executable, CUgraph graph,
                                                    unsigned long long flags) {
  SOFTDRIVER_ENTER(Call::CONTEXT);
  const auto found = driver().graphs.get(graph);
  if (found == nullptr) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  if (executable == nullptr || flags > 8) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  *executable = driver().executables.add(std::make_shared<Graph>(*found), driver().handle());
  return CUDA_SUCCESS;
}

SOFTDRIVER_API CUresult cuGraphDestroy(CUgraph graph) {
  SOFTDRIVER_ENTER(Call::CONTEXT_TO_RELEASE);
  return driver().graphs.remove(graph) ? call.done() : CUDA_ERROR_INVALID_HANDLE;
}

SOFTDRIVER_API CUresult cuGraphExecDestroy(CUgraphExec executable) {
  SOFTDRIVER_ENTER(Call::CONTEXT_TO_RELEASE);
  return driver().executables.remove(executable) ? call.done() : CUDA_ERROR_INVALID_HANDLE;
}

SOFTDRIVER_API CUresult cuGraphLaunch(CUgraphExec executable, CUstream handle) {
  SOFTDRIVER_ENTER(Call::CONTEXT);
  const auto graph = driver().executables.get(executable);
  if (graph == nullptr || stream_of(handle) == nullptr) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  driver().counts["replays"]++;
  for (const Work& work : graph->work) {
    const CUresult result = enqueue(call, handle, work);
    if (result != CUDA_SUCCESS) {
      return result;
    }
  }
  return CUDA_SUCCESS;
}

SOFTDRIVER_API CUresult cuEventCreate(CUevent* handle, unsigned flags) {
  SOFTDRIVER_ENTER(Call::CONTEXT);
  if (handle == nullptr || flags > 7) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  auto event = std::make_shared<Event>();
  event->timing = (flags & CU_EVENT_DISABLE_TIMING) == 0;
  *handle = driver().events.add(event, driver().handle());
  return CUDA_SUCCESS;
}

SOFTDRIVER_API CUresult cuEventDestroy_v2(CUevent handle) {
  SOFTDRIVER_ENTER(Call::CONTEXT_TO_RELEASE);
  return driver().events.remove(handle) ? call.done() : CUDA_ERROR_INVALID_HANDLE;
}

SOFTDRIVER_API CUresult cuEventRecord(CUevent handle, CUstream stream) {
  SOFTDRIVER_ENTER(Call::CONTEXT);
  const auto event = driver().events.get(handle);
  const auto into = stream_of(stream);
  if (event == nullptr || into == nullptr) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  event->moment = std::make_shared<Moment>();
  event->captured = into->capture != nullptr;
  const CUresult result = enqueue(call, stream, std::make_shared<Reach>(event->moment));
  event->stream = into;
  event->number = into->enqueued;
  return result;
}

SOFTDRIVER_API CUresult cuEventSynchronize(CUevent handle) {
  SOFTDRIVER_ENTER(Call::CONTEXT);
  const auto event = driver().events.get(handle);
  if (event == nullptr) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  if (event->captured) {
    return CUDA_ERROR_CAPTURED_EVENT;
  }
  if (event->stream != nullptr) {
    wait_for(call.lock, *event->stream, event->number);
  }
  return driver().broken;
}

namespace {

CUresult elapsed(float* milliseconds, CUevent from, CUevent to) {
  const auto start = driver().events.get(from);
  const auto end = driver().events.get(to);
  if (start == nullptr || end == nullptr || !start->timing || !end->timing ||
      start->moment == nullptr || end->moment == nullptr) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  if (!start->moment->reached || !end->moment->reached) {
    return CUDA_ERROR_NOT_READY;
  }
  *milliseconds = static_cast<float>(end->moment->milliseconds - start->moment->milliseconds);
  return CUDA_SUCCESS;
}

}  // namespace

SOFTDRIVER_API CUresult cuEventElapsedTime(float* milliseconds, CUevent from, CUevent to) {
  SOFTDRIVER_ENTER(Call::CONTEXT);
  return elapsed(milliseconds, from, to);
}

SOFTDRIVER_API CUresult cuEventElapsedTime_v2(float* milliseconds, CUevent from, CUevent to) {
  SOFTDRIVER_ENTER(Call::CONTEXT);
  return elapsed(milliseconds, from, to);
}
