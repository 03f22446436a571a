#pragma once

#include <utility>

#include "core/base/ref.h"

namespace fanlight {

/// A value that its copies share, or none: what thousands of items have in common is in memory once. Never changes, so
/// that threads may share it too.
template <typename T>
class Shared {
public:
    Shared() = default;
    explicit Shared(T value) : body_(new Body(std::move(value))) {}

    explicit operator bool() const { return static_cast<bool>(body_); }
    /// nullptr where there is none; copies have the same.
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
