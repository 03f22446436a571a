#pragma once

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>

#include "tests/support/stand_in/streams.h"

namespace fanlight::stand_in {

/// The memory of one card, which really is the host's. As PyTorch's allocator does, it keeps freed blocks for the
/// stream that they were allocated on, and gives them back only if the memory would not suffice. Any thread.
class CardMemory {
public:
    void set_size(int64_t bytes) { size_ = bytes; }
    /// What setMemoryFraction() does.
    void set_limit(int64_t bytes) { limit_ = bytes; }

    /// nullptr: there is too little.
    void* allocate(int64_t bytes, Streams::Stream stream) {
        const std::lock_guard lock(mutex_);
        int64_t rounded = (bytes + 511) / 512 * 512;
        void* block = nullptr;
        auto& kept = kept_[stream];
        if (const auto fitting = kept.lower_bound(rounded); fitting != kept.end()) {
            block = fitting->second;
            rounded = fitting->first;
            kept.erase(fitting);
        } else {
            const int64_t most = std::min(size_, limit_);
            if (reserved_ + rounded > most) give_back();
            if (reserved_ + rounded > most) {
                ++failed_;
                return nullptr;
            }
            block = std::aligned_alloc(512, static_cast<size_t>(rounded));
            reserved_ += rounded;
            peak_reserved_ = std::max(peak_reserved_, reserved_);
        }
        blocks_[block] = {rounded, stream};
        allocated_ += rounded;
        peak_ = std::max(peak_, allocated_);
        return block;
    }

    void free(void* block) {
        const std::lock_guard lock(mutex_);
        const auto found = blocks_.find(block);
        kept_[found->second.second].emplace(found->second.first, block);
        allocated_ -= found->second.first;
        blocks_.erase(found);
    }

    /// What torch.cuda.empty_cache() does.
    void empty_cache() {
        const std::lock_guard lock(mutex_);
        give_back();
    }

    void reset_peaks() {
        const std::lock_guard lock(mutex_);
        peak_ = allocated_;
        peak_reserved_ = reserved_;
    }

    int64_t size() const { return size_; }
    int64_t left() const { return std::min(size_, limit_) - reserved_; }
    int64_t allocated() const { return allocated_; }
    int64_t peak() const { return peak_; }
    int64_t peak_reserved() const { return peak_reserved_; }
    /// Number of times that there was too little.
    int64_t failed() const { return failed_; }

private:
    void give_back() {
        for (auto& [stream, blocks] : kept_)
            for (auto& [bytes, block] : blocks) {
                std::free(block);
                reserved_ -= bytes;
            }
        kept_.clear();
    }

    std::mutex mutex_;
    int64_t limit_ = std::numeric_limits<int64_t>::max();
    int64_t size_ = 0, allocated_ = 0, reserved_ = 0, peak_ = 0, peak_reserved_ = 0, failed_ = 0;
    std::unordered_map<void*, std::pair<int64_t, Streams::Stream>> blocks_;
    std::map<Streams::Stream, std::multimap<int64_t, void*>> kept_;  ///< by size
};

}  // namespace fanlight::stand_in
