#pragma once

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace fanlight {

/// A few tensors by name, in insertion order: what accompanies a network's hidden tensor, and what one process sends to
/// another.
class NamedTensors {
public:
    using Entry = std::pair<std::string, at::Tensor>;

    NamedTensors() = default;
    NamedTensors(std::initializer_list<Entry> entries) : entries_(entries) {}

    bool has(std::string_view name) const { return find(name) != entries_.end(); }

    /// Throws Error if there is none of this name.
    const at::Tensor& get(std::string_view name) const {
        const auto found = find(name);
        if (found == entries_.end()) throw Error("There is no tensor \"%1\" here", name);
        return found->second;
    }

    /// Replaces the one of this name, or appends.
    void put(std::string name, at::Tensor tensor) {
        const auto found = find(name);
        if (found != entries_.end())
            entries_[static_cast<size_t>(found - entries_.begin())].second = std::move(tensor);
        else
            entries_.emplace_back(std::move(name), std::move(tensor));
    }

    /// Removes and returns it; undefined if there is none of this name.
    at::Tensor take(std::string_view name) {
        const auto found = find(name);
        if (found == entries_.end()) return {};
        at::Tensor tensor = found->second;
        entries_.erase(found);
        return tensor;
    }

    size_t size() const { return entries_.size(); }
    bool empty() const { return entries_.empty(); }
    auto begin() const { return entries_.begin(); }
    auto end() const { return entries_.end(); }

private:
    std::vector<Entry>::const_iterator find(std::string_view name) const {
        return std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.first == name; });
    }

    std::vector<Entry> entries_;
};

}  // namespace fanlight
