#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <unordered_map>

#include "core/devices/program_memory.h"
#include "core/weights/transfer.h"

namespace fanlight {

/// Keeps the embeddings of texts, so that a common negative prompt, say, is encoded once. They lie in main memory,
/// where they take nothing from the model, in at most `max_bytes`; the least recently used are dropped first. Nothing
/// waits for the device. One thread.
class EmbeddingCache {
public:
    static constexpr int64_t default_bytes = ProgramMemory::embeddings;

    explicit EmbeddingCache(at::Device device, int64_t max_bytes = default_bytes)
        : device_(device), max_bytes_(max_bytes) {}

    /// On the device; undefined if there is none.
    at::Tensor find(const std::string& key);
    void keep(const std::string& key, const at::Tensor& embedding);

    int64_t bytes() const { return bytes_; }

private:
    struct Entry {
        std::string key;
        HostCopy embedding;
    };

    const at::Device device_;
    const int64_t max_bytes_;
    int64_t bytes_ = 0;
    std::list<Entry> entries_;  ///< the most recently used first
    std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
};

}  // namespace fanlight
