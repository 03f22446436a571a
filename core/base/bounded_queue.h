#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace fanlight {

/// A queue between threads. push() blocks while the queue is full, so that a slow consumer slows the producer down
/// instead of filling memory. Any thread.
template <typename T>
class BoundedQueue {
public:
    explicit BoundedQueue(size_t capacity) : capacity_(capacity) {}

    void push(T value) {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [&] { return values_.size() < capacity_ || closed_; });
        if (closed_) return;
        values_.push_back(std::move(value));
        ready_.notify_one();
    }

    /// Blocks until there is a value; nullopt once the queue is closed and empty.
    std::optional<T> pop() {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [&] { return !values_.empty() || closed_; });
        return take();
    }

    /// A value, or nullopt if the queue is empty. Never blocks.
    std::optional<T> try_pop() {
        const std::lock_guard lock(mutex_);
        return take();
    }

    /// Queued values can still be popped; later pushes are dropped.
    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        ready_.notify_all();
        room_.notify_all();
    }

private:
    std::optional<T> take() {
        if (values_.empty()) return std::nullopt;
        T value = std::move(values_.front());
        values_.pop_front();
        room_.notify_one();
        return value;
    }

    const size_t capacity_;
    std::mutex mutex_;
    std::condition_variable ready_, room_;
    std::deque<T> values_;
    bool closed_ = false;
};

}  // namespace fanlight
