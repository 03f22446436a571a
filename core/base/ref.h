#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace fanlight {

/// An object that counts those that refer to it, so that a Ref is one word: a run holds some for each of its items.
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

/// A share in an object on the heap, which goes with the last one. Copies may be in several threads.
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
    /// Nobody else refers to the object.
    bool is_sole() const { return object_ && object_->references_.load(std::memory_order_acquire) == 1; }

private:
    void take() const {
        if (object_) object_->references_.fetch_add(1, std::memory_order_relaxed);
    }

    T* object_ = nullptr;
};

}  // namespace fanlight
