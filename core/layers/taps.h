#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

namespace fanlight {

/// While it exists, collects by name the tensors that a network's layers tap(), so that a test can find the first layer
/// that differs from the reference. Only for the thread that created it; scopes nest, and the innermost one collects.
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

/// Records `tensor` in the innermost scope, if there is one.
inline void tap(const std::string& name, const at::Tensor& tensor) {
    if (TapScope::open_) TapScope::open_->tensors_[name] = tensor.clone();
}

}  // namespace fanlight
