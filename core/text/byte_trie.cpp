#include "core/text/byte_trie.h"

#include <algorithm>

namespace fanlight {

/// Entries that share their first `depth` bytes, which lead to `node`.
struct ByteTrie::Range {
    size_t begin;
    size_t end;
    size_t depth;
    int32_t node;
};

ByteTrie::ByteTrie(std::vector<Entry> entries) {
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.first < b.first; });
    std::vector<Range> pending{{0, entries.size(), 0, kNone}};
    while (!pending.empty()) {
        const Range parent = pending.back();
        pending.pop_back();
        const auto first_child = static_cast<int32_t>(nodes_.size());
        add_children(entries, parent, pending);
        const size_t count = nodes_.size() - static_cast<size_t>(first_child);
        if (parent.node == kNone) {
            for (size_t k = 0; k < count; ++k) roots_[nodes_[k].byte] = static_cast<int32_t>(k);
        } else {
            nodes_[static_cast<size_t>(parent.node)].children = first_child;
            nodes_[static_cast<size_t>(parent.node)].child_count = static_cast<uint16_t>(count);
        }
    }
}

void ByteTrie::add_children(const std::vector<Entry>& entries, const Range& parent, std::vector<Range>& pending) {
    for (size_t begin = parent.begin; begin < parent.end;) {
        const std::string& text = entries[begin].first;
        if (text.size() == parent.depth) {  // the parent's own entry
            ++begin;
            continue;
        }
        const auto same_byte = [&](const Entry& entry) { return entry.first[parent.depth] == text[parent.depth]; };
        size_t end = begin;
        Node node;
        node.byte = static_cast<unsigned char>(text[parent.depth]);
        for (; end < parent.end && same_byte(entries[end]); ++end)
            if (entries[end].first.size() == parent.depth + 1) node.value = entries[end].second;
        pending.push_back({begin, end, parent.depth + 1, static_cast<int32_t>(nodes_.size())});
        nodes_.push_back(node);
        begin = end;
    }
}

int32_t ByteTrie::child(int32_t node, char byte) const {
    const Node& parent = nodes_[static_cast<size_t>(node)];
    const auto wanted = static_cast<unsigned char>(byte);
    const auto first = nodes_.begin() + parent.children, last = first + parent.child_count;
    const auto found =
        std::lower_bound(first, last, wanted, [](const Node& child, unsigned char b) { return child.byte < b; });
    return found != last && found->byte == wanted ? static_cast<int32_t>(found - nodes_.begin()) : kNone;
}

}  // namespace fanlight
