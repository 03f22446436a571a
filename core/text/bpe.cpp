#include "core/text/bpe.h"

#include <algorithm>
#include <functional>
#include <queue>

#include "core/base/error.h"

namespace fanlight {

Bpe::Bpe(Vocabulary vocabulary, const Merges& merges, const Place& where, std::string_view inner_prefix)
    : vocabulary_(std::move(vocabulary)), merges_(merges.size()) {
    const auto id_of = [&](const std::string& token, size_t rank) {
        const auto found = vocabulary_.find(token);
        if (found != vocabulary_.end()) return found->second;
        throw Error("%1: merge %2 needs the token %3, which the vocabulary lacks", where, rank + 1, in_quotes(token));
    };
    for (size_t rank = 0; rank < merges.size(); ++rank) {
        const auto& [left, right] = merges[rank];
        const int32_t left_id = id_of(left, rank), right_id = id_of(right, rank);
        const int32_t joined = id_of(left + right.substr(std::min(inner_prefix.size(), right.size())), rank);
        merges_.set(left_id, right_id, {static_cast<int32_t>(rank), joined});
    }
}

Bpe::Bpe(Vocabulary vocabulary, const std::vector<IdMerge>& merges)
    : vocabulary_(std::move(vocabulary)), merges_(merges.size()) {
    for (const IdMerge& merge : merges) merges_.set(merge.left, merge.right, {merge.rank, merge.id});
}

std::optional<int32_t> Bpe::find(std::string_view token) const {
    const auto found = vocabulary_.find(token);
    return found == vocabulary_.end() ? std::nullopt : std::optional(found->second);
}

/// The symbols as a linked list, and a queue of merges that were possible when they were added.
struct Bpe::Word {
    static constexpr int32_t kNone = -1;

    struct Symbol {
        int32_t id;
        int32_t previous;
        int32_t next;
    };

    struct Candidate {
        int32_t rank;
        int32_t position;
        int32_t id;

        bool operator>(const Candidate& other) const {
            return rank != other.rank ? rank > other.rank : position > other.position;
        }
    };

    Word(const Bpe& bpe, const std::vector<int32_t>& ids) : bpe(bpe) {
        const auto count = static_cast<int32_t>(ids.size());
        symbols.reserve(ids.size());
        for (int32_t i = 0; i < count; ++i) symbols.push_back({ids[i], i - 1, i + 1 < count ? i + 1 : kNone});
        for (int32_t i = 0; i + 1 < count; ++i) add_candidate(i);
    }

    void add_candidate(int32_t position) {
        if (position == kNone || symbols[position].next == kNone) return;
        const Symbol& left = symbols[position];
        if (const Merge* merge = bpe.merges_.find(left.id, symbols[left.next].id))
            candidates.push({merge->rank, position, merge->id});
    }

    /// A candidate is stale once either of its symbols has been merged into something else.
    bool is_valid(const Candidate& candidate) const {
        const Symbol& left = symbols[candidate.position];
        if (left.id == kNone || left.next == kNone) return false;
        const Merge* merge = bpe.merges_.find(left.id, symbols[left.next].id);
        return merge && merge->id == candidate.id;
    }

    void apply(const Candidate& candidate) {
        Symbol& left = symbols[candidate.position];
        Symbol& right = symbols[left.next];
        left.id = candidate.id;
        left.next = right.next;
        right.id = kNone;
        if (left.next != kNone) symbols[left.next].previous = candidate.position;
        add_candidate(left.previous);
        add_candidate(candidate.position);
    }

    const Bpe& bpe;
    std::vector<Symbol> symbols;
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> candidates;
};

/// Most words have a few symbols, for which looking at every pair again is faster than a queue.
void Bpe::merge_short(std::vector<int32_t>& symbols) const {
    for (;;) {
        Merge best{INT32_MAX, 0};
        size_t place = 0;
        for (size_t i = 0; i + 1 < symbols.size(); ++i) {
            const Merge* merge = merges_.find(symbols[i], symbols[i + 1]);
            if (merge && merge->rank < best.rank) best = *merge, place = i;
        }
        if (best.rank == INT32_MAX) return;
        symbols[place] = best.id;
        symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(place) + 1);
    }
}

void Bpe::merge(std::vector<int32_t>& symbols) const {
    constexpr size_t short_word = 16;
    if (symbols.size() <= short_word) return merge_short(symbols);
    Word word(*this, symbols);
    while (!word.candidates.empty()) {
        const Word::Candidate best = word.candidates.top();
        word.candidates.pop();
        if (word.is_valid(best)) word.apply(best);
    }
    symbols.clear();
    for (const Word::Symbol& symbol : word.symbols)
        if (symbol.id != Word::kNone) symbols.push_back(symbol.id);
}

}  // namespace fanlight
