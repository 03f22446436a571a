#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fanlight {

/// A set of texts, each with a number, that finds those which a longer text begins with. Immutable once built; any
/// thread.
class ByteTrie {
public:
    using Entry = std::pair<std::string, int32_t>;

    ByteTrie() = default;

    /// Of equal texts the last one counts. An empty text is never found.
    explicit ByteTrie(std::vector<Entry> entries);

    bool empty() const { return nodes_.empty(); }

    /// Calls found(length, number) for each text of the set that `text` begins with, the shortest first.
    template <class Found>
    void prefixes(std::string_view text, const Found& found) const {
        if (text.empty()) return;
        int32_t node = roots_[static_cast<unsigned char>(text.front())];
        for (size_t length = 1; node != kNone; node = child(node, text[length - 1])) {
            if (nodes_[static_cast<size_t>(node)].value != kNone)
                found(length, nodes_[static_cast<size_t>(node)].value);
            if (length++ == text.size()) return;
        }
    }

private:
    static constexpr int32_t kNone = -1;

    struct Node {
        int32_t children = 0;  ///< the first one's index; the others follow, in the order of their bytes
        int32_t value = kNone;
        uint16_t child_count = 0;
        unsigned char byte = 0;
    };

    struct Range;

    int32_t child(int32_t node, char byte) const;
    void add_children(const std::vector<Entry>& entries, const Range& parent, std::vector<Range>& pending);

    std::array<int32_t, 256> roots_ = make_roots();
    std::vector<Node> nodes_;

    static std::array<int32_t, 256> make_roots() {
        std::array<int32_t, 256> roots{};
        roots.fill(kNone);
        return roots;
    }
};

}  // namespace fanlight
