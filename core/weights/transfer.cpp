#include "core/weights/transfer.h"

#include <ATen/ATen.h>
#include <c10/core/impl/VirtualGuardImpl.h>

namespace fanlight {

at::Tensor to_device(const at::Tensor& tensor, at::Device device) {
    if (!tensor.is_cpu() || device.is_cpu()) return tensor.to(device);
    return tensor.pin_memory().to(device, /*non_blocking=*/true);
}

std::shared_ptr<c10::Event> event_now(at::Device device) {
    if (device.is_cpu()) return nullptr;
    auto event = std::make_shared<c10::Event>(device.type());
    event->record(c10::impl::VirtualGuardImpl(device.type()).getStream(device));
    return event;
}

HostCopy::HostCopy(const at::Tensor& tensor) : tensor_(tensor) {
    if (tensor.is_cpu()) return;
    tensor_ = at::empty(tensor.sizes(), tensor.options().device(at::kCPU).pinned_memory(true));
    tensor_.copy_(tensor, /*non_blocking=*/true);
    arrived_ = event_now(tensor.device());
}

const at::Tensor& HostCopy::get() const {
    if (arrived_) arrived_->synchronize();
    return tensor_;
}

at::Tensor HostCopy::to(at::Device device) const {
    if (device.is_cpu()) return get();
    if (arrived_) arrived_->block(c10::impl::VirtualGuardImpl(device.type()).getStream(device));
    return tensor_.to(device, /*non_blocking=*/true);
}

}  // namespace fanlight
