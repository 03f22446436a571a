#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Event.h>

#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "core/base/bounded_queue.h"

namespace fanlight {

/// Calls back once a device has done what it has been given: the host goes on meanwhile and is ahead of it. On the CPU
/// at once, from the same thread; else from a thread of its own, in the order of the calls. Add callbacks from one
/// thread.
class HostCallbacks {
public:
    using Callback = std::function<void()>;
    using OnError = std::function<void(const std::exception&)>;

    /// `on_error`: told, in that thread, that the device has failed (DeviceLost) or a callback has thrown; all further
    /// callbacks are dropped.
    explicit HostCallbacks(at::Device device, OnError on_error = {});
    /// Waits until all have been called.
    ~HostCallbacks() { finish(); }
    HostCallbacks(const HostCallbacks&) = delete;
    HostCallbacks& operator=(const HostCallbacks&) = delete;

    /// Throws what on_error has been told.
    void add(Callback callback);

    /// Waits until all have been called; no more can be added.
    void finish();

    /// Throws what on_error has been told.
    void check() const;

private:
    struct Waiting {
        std::shared_ptr<c10::Event> event;
        Callback callback;
    };

    void call(const Waiting& waiting);
    void fail(const std::exception& error);

    const at::Device device_;
    const OnError on_error_;
    BoundedQueue<Waiting> waiting_{4096};
    mutable std::mutex mutex_;
    std::exception_ptr error_;
    std::thread thread_;
};

}  // namespace fanlight
