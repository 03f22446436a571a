#include "core/weights/shared_parts.h"

#include <ATen/ATen.h>

namespace fanlight {

SharedParts::Lent::Lent(const at::Tensor& tensor)
    : storage(tensor.storage().getWeakStorageImpl()),
      keys(tensor.key_set()),
      dtype(tensor.dtype()),
      sizes(tensor.sizes().vec()),
      strides(tensor.strides().vec()),
      offset(tensor.storage_offset()) {}

at::Tensor SharedParts::Lent::living() const {
    auto owned = storage.lock();
    if (!owned) return {};
    at::Tensor tensor = at::detail::make_tensor<c10::TensorImpl>(c10::Storage(std::move(owned)), keys, dtype);
    tensor.unsafeGetTensorImpl()->set_sizes_and_strides(sizes, strides, offset);
    return tensor;
}

at::Tensor SharedParts::tensor(const std::string& name, const std::function<at::Tensor()>& make) {
    {
        const std::lock_guard lock(mutex_);
        const auto found = tensors_.find(name);
        if (found != tensors_.end())
            if (at::Tensor living = found->second.living(); living.defined()) return living;
    }
    at::Tensor made = make();
    const std::lock_guard lock(mutex_);
    tensors_.insert_or_assign(name, Lent(made));
    return made;
}

std::shared_ptr<void> SharedParts::living_part(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const auto found = others_.find(name);
    return found == others_.end() ? nullptr : found->second.lock();
}

void SharedParts::keep_part(const std::string& name, const std::shared_ptr<void>& part) {
    const std::lock_guard lock(mutex_);
    others_.insert_or_assign(name, part);
}

void SharedParts::give_up(const std::string& name) {
    decltype(kept_)::node_type given_up;  // dies last, since its memory may go to memory_
    const std::lock_guard lock(mutex_);
    given_up = kept_.extract(name);
}

void SharedParts::forget_dead() {
    std::erase_if(tensors_, [](const auto& entry) { return entry.second.storage.expired(); });
    std::erase_if(others_, [](const auto& entry) { return entry.second.expired(); });
}

SharedParts::Handover::Handover(SharedParts& parts) : parts_(parts) {
    {
        const std::lock_guard lock(parts.mutex_);
        for (const auto& [name, lent] : parts.tensors_)
            if (auto owned = lent.storage.lock()) parts.kept_.try_emplace(name, std::move(owned));
        for (const auto& [name, part] : parts.others_)
            if (auto living = part.lock()) others_.push_back(std::move(living));
    }
    parts.memory_.begin_waiting();
}

SharedParts::Handover::~Handover() {
    others_.clear();
    decltype(kept_) kept;
    {
        const std::lock_guard lock(parts_.mutex_);
        kept.swap(parts_.kept_);
    }
    kept.clear();
    parts_.memory_.end_waiting();
    const std::lock_guard lock(parts_.mutex_);
    parts_.forget_dead();
}

}  // namespace fanlight
