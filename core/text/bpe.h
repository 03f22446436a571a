#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/place.h"
#include "core/text/pair_table.h"

namespace fanlight {

struct StringHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

/// Token to id.
using Vocabulary = std::unordered_map<std::string, int32_t, StringHash, std::equal_to<>>;

/// Pairs of tokens, best first; a merge's rank is its index here.
using Merges = std::vector<std::pair<std::string, std::string>>;

/// A merge by ids: `left` and `right` become `id`.
struct IdMerge {
    int32_t left;
    int32_t right;
    int32_t rank;
    int32_t id;
};

/// Byte-pair encoding (Sennrich, Haddow and Birch 2016) over ids: joins the neighbours of lowest rank until no merge
/// applies. It knows nothing about bytes, words or special tokens. Immutable; any thread.
class Bpe {
public:
    /// `inner_prefix` begins every token that does not begin a word, and is dropped where two tokens meet. Throws Error
    /// "WHERE: …" if a merge uses or produces a token that the vocabulary lacks.
    Bpe(Vocabulary vocabulary, const Merges& merges, const Place& where, std::string_view inner_prefix = {});

    /// Of two merges of the same pair the later one counts; merges may share a rank.
    Bpe(Vocabulary vocabulary, const std::vector<IdMerge>& merges);

    std::optional<int32_t> find(std::string_view token) const;
    const Vocabulary& vocabulary() const { return vocabulary_; }
    size_t size() const { return vocabulary_.size(); }

    /// Merges the symbols of one word in place; among equal ranks the leftmost first. O(n log n).
    void merge(std::vector<int32_t>& symbols) const;

private:
    struct Merge {
        int32_t rank;
        int32_t id;
    };
    struct Word;

    void merge_short(std::vector<int32_t>& symbols) const;

    Vocabulary vocabulary_;
    PairTable<Merge> merges_;
};

}  // namespace fanlight
