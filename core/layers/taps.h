#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

namespace fanlight {

/// Collects what the layers of a network leave behind, by name, while it lives: how a test finds the first layer that
/// differs from the reference. Sees the thread that made it; scopes nest, the innermost collects.
class TapScope {
public:
    TapScope() : outer_(open_) { open_ = this; }
    ~TapScope() { open_ = outer_; }
    TapScope(const TapScope&) = delete;
    TapScope& operator=(const TapScope&) = delete;

    const std::map<std::string, at::Tensor>& tensors() const { return tensors_; }

private:
    friend void tap(const std::string& name, const at::Tensor& tensor);

    static inline thread_local TapScope* open_ = nullptr;
    TapScope* outer_;
    std::map<std::string, at::Tensor> tensors_;
};

/// Shows `tensor` to the open scope, if there is one.
inline void tap(const std::string& name, const at::Tensor& tensor) {
    if (TapScope::open_) TapScope::open_->tensors_[name] = tensor.clone();
}

}  // namespace fanlight
