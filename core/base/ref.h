#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace fanlight {

/// Base of objects that contain their own reference count, so that a Ref is the size of one pointer: a run holds
/// several for each item.
class RefCounted {
public:
    RefCounted() = default;
    RefCounted(const RefCounted&) {}
    RefCounted& operator=(const RefCounted&) { return *this; }
    virtual ~RefCounted() = default;

private:
    template <typename T>
    friend class Ref;
    mutable std::atomic<uint32_t> references_{0};
};

/// Shared ownership of an object on the heap, which is deleted with the last Ref. Threads may copy and destroy Refs to
/// the same object.
template <typename T>
class Ref {
public:
    Ref() = default;
    explicit Ref(T* object) : object_(object) { take(); }
    Ref(const Ref& other) : object_(other.object_) { take(); }
    Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Ref& operator=(Ref other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Ref() {
        if (object_ && object_->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete object_;
    }

    explicit operator bool() const { return object_; }
    T* get() const { return object_; }
    T& operator*() const { return *object_; }
    T* operator->() const { return object_; }
    /// Whether this is the only Ref to the object.
    bool is_sole() const { return object_ && object_->references_.load(std::memory_order_acquire) == 1; }

private:
    void take() const {
        if (object_) object_->references_.fetch_add(1, std::memory_order_relaxed);
    }

    T* object_ = nullptr;
};

}  // namespace fanlight
