#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/worker/wire.h"

namespace fanlight {

/// Says once a second that this process runs, from a thread of its own, while it lives.
class Heartbeat {
public:
    explicit Heartbeat(Wire& wire) : thread_([this, &wire] { beat(wire); }) {}

    ~Heartbeat() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_one();
        thread_.join();
    }

private:
    void beat(Wire& wire) {
        std::unique_lock lock(mutex_);
        while (!wake_.wait_for(lock, std::chrono::seconds(1), [this] { return stopping_; })) {
            try {
                wire.send(protocol::Heartbeat{});
            } catch (const Error&) {
                return;
            }
        }
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace fanlight
