#pragma once

#include <cstdint>
#include <vector>

namespace fanlight {

/// A hash table from pairs of 32-bit numbers to values, with open addressing: the inner loop of byte-pair encoding
/// spends its time here. Filled once, then read by any thread.
template <class Value>
class PairTable {
public:
    explicit PairTable(size_t capacity = 0) {
        size_t slots = 16;
        while (slots < capacity * 2) slots *= 2;
        slots_.resize(slots);
    }

    /// Replaces the value of a pair that is there already. No more pairs than the capacity, and not (-1, -1).
    void set(int32_t left, int32_t right, const Value& value) {
        const uint64_t key = key_of(left, right);
        size_t at = home(key);
        while (slots_[at].key != kEmpty && slots_[at].key != key) at = (at + 1) & (slots_.size() - 1);
        slots_[at] = {key, value};
    }

    const Value* find(int32_t left, int32_t right) const {
        const uint64_t key = key_of(left, right);
        for (size_t at = home(key); slots_[at].key != kEmpty; at = (at + 1) & (slots_.size() - 1))
            if (slots_[at].key == key) return &slots_[at].value;
        return nullptr;
    }

private:
    static constexpr uint64_t kEmpty = UINT64_MAX;

    struct Slot {
        uint64_t key = kEmpty;
        Value value{};
    };

    static uint64_t key_of(int32_t left, int32_t right) {
        return static_cast<uint64_t>(static_cast<uint32_t>(left)) << 32 | static_cast<uint32_t>(right);
    }

    size_t home(uint64_t key) const {
        key *= 0x9E3779B97F4A7C15u;  // Fibonacci hashing (Knuth, volume 3, 6.4)
        return static_cast<size_t>(key ^ key >> 32) & (slots_.size() - 1);
    }

    std::vector<Slot> slots_;
};

}  // namespace fanlight
