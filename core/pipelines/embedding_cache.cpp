#include "core/pipelines/embedding_cache.h"

#include <ATen/ATen.h>

namespace fanlight {

at::Tensor EmbeddingCache::find(const std::string& key) {
    const auto known = by_key_.find(key);
    if (known == by_key_.end()) return {};
    entries_.splice(entries_.begin(), entries_, known->second);
    return entries_.front().embedding.to(device_);
}

void EmbeddingCache::keep(const std::string& key, const at::Tensor& embedding) {
    const auto bytes = static_cast<int64_t>(embedding.nbytes());
    if (bytes > max_bytes_ || by_key_.contains(key)) return;
    for (bytes_ += bytes; bytes_ > max_bytes_; entries_.pop_back()) {
        bytes_ -= static_cast<int64_t>(entries_.back().embedding.size());
        by_key_.erase(entries_.back().key);
    }
    entries_.push_front({key, HostCopy(embedding)});
    by_key_[key] = entries_.begin();
}

}  // namespace fanlight
