#include "core/worker/host_callbacks.h"

#include "core/weights/transfer.h"
#include "core/worker/worker_device.h"

namespace fanlight {

HostCallbacks::HostCallbacks(at::Device device, OnError on_error) : device_(device), on_error_(std::move(on_error)) {
    if (device.is_cpu()) return;
    thread_ = std::thread([this] {
        while (const auto next = waiting_.pop()) call(*next);
    });
}

void HostCallbacks::add(Callback callback) {
    if (device_.is_cpu()) return callback();
    check();
    waiting_.push({event_now(device_), std::move(callback)});
}

void HostCallbacks::finish() {
    waiting_.close();
    if (thread_.joinable()) thread_.join();
}

void HostCallbacks::call(const Waiting& waiting) {
    {
        const std::lock_guard lock(mutex_);
        if (error_) return;
    }
    try {
        waiting.event->synchronize();
        waiting.callback();
    } catch (const std::exception& error) {
        fail(error);
    }
}

void HostCallbacks::fail(const std::exception& error) {
    try {
        throw Error(describe(error).message);
    } catch (const std::exception& described) {
        {
            const std::lock_guard lock(mutex_);
            error_ = std::current_exception();
        }
        if (on_error_) on_error_(described);
    }
}

void HostCallbacks::check() const {
    const std::lock_guard lock(mutex_);
    if (error_) std::rethrow_exception(error_);
}

}  // namespace fanlight
