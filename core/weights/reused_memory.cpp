#include "core/weights/reused_memory.h"

#include <ATen/ATen.h>

#include <utility>

namespace fanlight {

at::Tensor ReusedMemory::tensor(at::IntArrayRef shape, at::ScalarType dtype) {
    const size_t bytes = static_cast<size_t>(c10::multiply_integers(shape)) * c10::elementSize(dtype);
    if (bytes == 0) return at::empty(shape, dtype);
    at::Tensor block;
    {
        const std::lock_guard lock(blocks_->mutex);
        if (auto node = blocks_->waiting.extract(bytes)) block = std::move(node.mapped());
    }
    if (!block.defined()) {
        if (others_ == OtherSizes::AreGivenBack) give_back();
        block = at::empty({static_cast<int64_t>(bytes)}, at::kByte);
    }
    void* const data = block.mutable_data_ptr();
    return at::for_blob(data, shape)
        .deleter([block = std::move(block), blocks = blocks_, bytes](void*) mutable {
            const std::lock_guard lock(blocks->mutex);
            if (blocks->wait) blocks->waiting.emplace(bytes, std::move(block));
        })
        .options(dtype)
        .make_tensor();
}

std::shared_ptr<ReusedMemory> ReusedMemory::for_successors() {
    auto memory = std::make_shared<ReusedMemory>(OtherSizes::AreGivenBack);
    memory->begin_waiting();
    return memory;
}

void ReusedMemory::begin_waiting() {
    const std::lock_guard lock(blocks_->mutex);
    blocks_->wait = true;
}

void ReusedMemory::end_waiting() {
    {
        const std::lock_guard lock(blocks_->mutex);
        blocks_->wait = false;
    }
    give_back();
}

void ReusedMemory::give_back() {
    decltype(Blocks::waiting) waiting;  // is freed without the lock
    const std::lock_guard lock(blocks_->mutex);
    waiting.swap(blocks_->waiting);
}

}  // namespace fanlight
