#include "core/text/words.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fanlight {

namespace {

struct Part {
    size_t begin;
    size_t end;
    bool delimiter;
};

using Parts = std::vector<Part>;

/// The whole text, in order: what the pattern matches and what lies between.
void parts_of(std::string_view text, const std::vector<Match>& matches, bool invert, Parts& parts) {
    parts.clear();
    size_t done = 0;
    for (const Match& match : matches) {
        if (done != match.begin) parts.push_back({done, match.begin, invert});
        parts.push_back({match.begin, match.end, !invert});
        done = match.end;
    }
    if (done != text.size()) parts.push_back({done, text.size(), invert});
}

/// Joins each part with the one before it if joins(part is a delimiter, the one before it is one).
template <class Joins>
void join_parts(Parts& parts, const Joins& joins) {
    size_t count = 0;
    bool previous = false;
    for (const Part& part : parts) {
        if (count > 0 && joins(part.delimiter, previous))
            parts[count - 1].end = part.end;
        else
            parts[count++] = part;
        previous = part.delimiter;
    }
    parts.resize(count);
}

/// The same from the end of the text, where "before" is behind.
void join_with_next(Parts& parts) {
    const auto mirror = [&] {
        std::reverse(parts.begin(), parts.end());
        for (Part& part : parts) std::swap(part.begin, part.end);
    };
    mirror();
    join_parts(parts, [](bool now, bool before) { return now && !before; });
    mirror();
}

void apply(Delimiters delimiters, Parts& parts) {
    switch (delimiters) {
        case Delimiters::Isolated:
            return;
        case Delimiters::Removed:
            std::erase_if(parts, [](const Part& part) { return part.delimiter; });
            return;
        case Delimiters::Contiguous:
            join_parts(parts, [](bool now, bool before) { return now == before; });
            return;
        case Delimiters::MergedWithPrevious:
            join_parts(parts, [](bool now, bool before) { return now && !before; });
            return;
        case Delimiters::MergedWithNext:
            join_with_next(parts);
            return;
    }
}

}  // namespace

Delimiters parse_delimiters(std::string_view name, const Place& where) {
    static constexpr std::array<std::pair<std::string_view, Delimiters>, 5> names{
        {{"Removed", Delimiters::Removed},
         {"Isolated", Delimiters::Isolated},
         {"MergedWithPrevious", Delimiters::MergedWithPrevious},
         {"MergedWithNext", Delimiters::MergedWithNext},
         {"Contiguous", Delimiters::Contiguous}}};
    std::vector<std::string> known;
    for (const auto& [known_name, delimiters] : names) {
        if (known_name == name) return delimiters;
        known.emplace_back(known_name);
    }
    throw Error("%1: the behavior %2 is not known; it may be %3", where, in_quotes(std::string(name)), listed(known));
}

void split_words(Words& words, const Pattern& pattern, Delimiters delimiters, bool invert) {
    std::vector<Words::Span> spans;
    spans.reserve(words.spans.size());
    std::vector<Match> matches;
    Parts parts;
    for (const Words::Span& span : words.spans) {
        matches.clear();
        pattern.find(words.word(span), matches);
        parts_of(words.word(span), matches, invert, parts);
        apply(delimiters, parts);
        for (const Part& part : parts)
            if (part.begin != part.end)
                spans.push_back({span.begin + part.begin, span.begin + part.end, span.first && part.begin == 0});
    }
    words.spans = std::move(spans);
}

}  // namespace fanlight
