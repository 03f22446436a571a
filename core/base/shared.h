#pragma once

#include <utility>

#include "core/base/ref.h"

namespace fanlight {

/// An immutable value that all copies share, or none: what thousands of items have in common is in memory once. Copies
/// may be in several threads.
template <typename T>
class Shared {
public:
    Shared() = default;
    explicit Shared(T value) : body_(new Body(std::move(value))) {}

    explicit operator bool() const { return static_cast<bool>(body_); }
    /// nullptr if there is none; copies return the same pointer.
    const T* get() const { return body_ ? &body_->value : nullptr; }

    friend bool operator==(const Shared& a, const Shared& b) {
        return a.get() == b.get() || (a.get() && b.get() && *a.get() == *b.get());
    }

private:
    struct Body : RefCounted {
        explicit Body(T value) : value(std::move(value)) {}
        const T value;
    };

    Ref<const Body> body_;
};

}  // namespace fanlight
