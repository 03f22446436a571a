#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "core/worker/wire.h"

namespace fanlight {

/// While it exists, reports from a separate thread once a second that this process is running, and every few seconds
/// its use of resources.
class Heartbeat {
public:
    /// `stats` is called in the heartbeat's thread.
    Heartbeat(Wire& wire, std::function<protocol::Stats()> stats)
        : stats_(std::move(stats)), thread_([this, &wire] { beat(wire); }) {}

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
        constexpr int beats_between_stats = 3;
        std::unique_lock lock(mutex_);
        for (int beats = 1; !wake_.wait_for(lock, std::chrono::seconds(1), [this] { return stopping_; }); ++beats) {
            try {
                if (beats % beats_between_stats == 0)
                    wire.send(stats_());
                else
                    wire.send(protocol::Heartbeat{});
            } catch (const Error&) {
                return;
            }
        }
    }

    const std::function<protocol::Stats()> stats_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace fanlight
