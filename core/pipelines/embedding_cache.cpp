#include "core/pipelines/embedding_cache.h"

#include <ATen/ATen.h>
#include <c10/core/impl/VirtualGuardImpl.h>

namespace fanlight {

at::Tensor EmbeddingCache::find(const std::string& key) {
    const auto known = by_key_.find(key);
    if (known == by_key_.end()) return {};
    entries_.splice(entries_.begin(), entries_, known->second);
    Entry& entry = entries_.front();
    if (entry.copied) entry.copied->synchronize();
    entry.copied.reset();
    return entry.tensor.to(device_, /*non_blocking=*/true);
}

void EmbeddingCache::keep(const std::string& key, const at::Tensor& embedding) {
    const auto bytes = static_cast<int64_t>(embedding.nbytes());
    if (bytes > max_bytes_ || by_key_.contains(key)) return;
    for (bytes_ += bytes; bytes_ > max_bytes_; entries_.pop_back()) {
        bytes_ -= static_cast<int64_t>(entries_.back().tensor.nbytes());
        by_key_.erase(entries_.back().key);
    }
    Entry entry{.key = key, .tensor = embedding};
    if (!device_.is_cpu()) {
        entry.tensor = at::empty(embedding.sizes(), embedding.options().device(at::kCPU).pinned_memory(true));
        entry.tensor.copy_(embedding, /*non_blocking=*/true);
        entry.copied.emplace(device_.type());
        entry.copied->record(c10::impl::VirtualGuardImpl(device_.type()).getStream(device_));
    }
    entries_.push_front(std::move(entry));
    by_key_[key] = entries_.begin();
}

}  // namespace fanlight
