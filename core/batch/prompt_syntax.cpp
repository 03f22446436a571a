#include "core/batch/prompt_syntax.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "core/batch/word_characters.h"

namespace fanlight {

namespace {

/// The end of the tag `<word:…>` that begins at `open`; npos: there is none.
size_t tag_end(std::string_view text, size_t open) {
    size_t at = open + 1;
    while (at < text.size() && is_word(character_at(text, at))) at = next_character(text, at);
    if (at == open + 1 || at + 1 >= text.size() || text[at] != ':' || text[at + 1] == '>') return text.npos;
    const size_t close = text.find('>', at);
    return close == text.npos ? close : close + 1;
}

/// Calls visit(text, is_tag) for the prompt piece by piece.
template <typename Visit>
void each_piece(std::string_view prompt, const Visit& visit) {
    const size_t last_close = prompt.rfind('>');
    size_t begin = 0;
    for (size_t open = prompt.find('<'); last_close != prompt.npos && open < last_close;) {
        const size_t end = tag_end(prompt, open);
        if (end == prompt.npos) {
            open = prompt.find('<', open + 1);
            continue;
        }
        visit(prompt.substr(begin, open - begin), false);
        visit(prompt.substr(open, end - open), true);
        begin = end;
        open = prompt.find('<', end);
    }
    visit(prompt.substr(begin), false);
}

/// A text put together from parts of a prompt, which remembers where its bytes come from.
struct Excerpt {
    std::string text;
    std::vector<size_t> origin;  ///< of each byte

    void add(std::string_view part, size_t begin) {
        text += part;
        origin.resize(text.size());
        std::iota(origin.end() - static_cast<ptrdiff_t>(part.size()), origin.end(), begin);
    }
    /// Parts of another one's text.
    void add(std::string_view part, const Excerpt& source) {
        const auto begin = source.origin.begin() + (part.data() - source.text.data());
        text += part;
        origin.insert(origin.end(), begin, begin + static_cast<ptrdiff_t>(part.size()));
    }
};

/// Marks by byte, so that what several texts of a prompt have in common is marked once.
class ByteMarks {
public:
    explicit ByteMarks(size_t bytes) : marks_(bytes), begins_(bytes) {}

    void add(size_t begin, size_t end, PromptMark mark) {
        begins_[begin] = true;
        std::fill(marks_.begin() + static_cast<ptrdiff_t>(begin), marks_.begin() + static_cast<ptrdiff_t>(end), mark);
    }
    void add(const Excerpt& excerpt, size_t begin, size_t end, PromptMark mark) {
        for (size_t next = begin; begin < end; begin = next) {
            while (++next < end && excerpt.origin[next] == excerpt.origin[next - 1] + 1) {
            }
            add(excerpt.origin[begin], excerpt.origin[next - 1] + 1, mark);
        }
    }

    std::vector<MarkedText> all() const {
        std::vector<MarkedText> all;
        for (size_t at = 0; at < marks_.size(); ++at) {
            if (!marks_[at]) continue;
            const bool continues =
                !begins_[at] && !all.empty() && all.back().end == at && all.back().mark == marks_[at];
            if (continues)
                ++all.back().end;
            else
                all.push_back({at, at + 1, *marks_[at]});
        }
        return all;
    }

private:
    std::vector<std::optional<PromptMark>> marks_;
    std::vector<bool> begins_;
};

}  // namespace

std::string without_network_tags(std::string_view prompt) {
    return without_network_tags(prompt, [](std::string_view) { return true; });
}

std::string without_network_tags(std::string_view prompt, const std::function<bool(std::string_view tag)>& is_taken) {
    std::string rest;
    each_piece(prompt, [&](std::string_view text, bool is_tag) {
        if (!is_tag || !is_taken(text)) rest += text;
    });
    return rest;
}

std::vector<std::string> network_tags(std::string_view prompt) {
    std::vector<std::string> tags;
    each_piece(prompt, [&](std::string_view text, bool is_tag) {
        if (is_tag) tags.emplace_back(text);
    });
    return tags;
}

std::vector<ScheduledText> scheduled_texts(std::string_view prompt, Emphasis emphasis, int steps) {
    if (emphasis == Emphasis::Literal) return {{steps, std::string(prompt)}};
    return prompt_schedule(without_network_tags(prompt), steps);
}

std::vector<PromptPart> weighted_parts(std::string_view text, Emphasis emphasis) {
    if (emphasis == Emphasis::None) return {{.text = std::string(text)}};
    std::vector<PromptPart> parts = prompt_parts(text);
    if (emphasis == Emphasis::Ignore)
        for (PromptPart& part : parts) part.weight = 1;
    return parts;
}

std::vector<MarkedText> prompt_marks(std::string_view prompt, Emphasis emphasis) {
    if (emphasis == Emphasis::Literal) return {};
    ByteMarks marks(prompt.size());
    Excerpt rest;
    each_piece(prompt, [&](std::string_view text, bool is_tag) {
        const auto begin = static_cast<size_t>(text.data() - prompt.data());
        is_tag ? marks.add(begin, begin + text.size(), PromptMark::Network) : rest.add(text, begin);
    });
    for (const std::string_view mark : schedule_marks(rest.text)) {
        const auto begin = static_cast<size_t>(mark.data() - rest.text.data());
        marks.add(rest, begin, begin + mark.size(), PromptMark::Schedule);
    }
    if (emphasis == Emphasis::None) return marks.all();
    for (const auto& parts : possible_texts(rest.text)) {
        Excerpt text;
        for (const std::string_view part : parts) text.add(part, rest);
        for (const auto& [begin, end, mark] : attention_marks(text.text)) marks.add(text, begin, end, mark);
    }
    return marks.all();
}

bool is_plain(std::string_view prompt, Emphasis emphasis, int steps) {
    const bool has_marks = prompt.find_first_of("()[]\\<|") != prompt.npos || prompt.find("BREAK") != prompt.npos;
    if (emphasis == Emphasis::Literal || !has_marks) return true;
    const auto schedule = scheduled_texts(prompt, emphasis, steps);
    if (schedule.size() != 1 || schedule.front().text != prompt) return false;
    return weighted_parts(prompt, emphasis) == std::vector<PromptPart>{{.text = std::string(prompt)}};
}

}  // namespace fanlight
