#include "core/batch/prompt_syntax.h"

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

}  // namespace

std::string without_network_tags(std::string_view prompt) {
    std::string rest;
    each_piece(prompt, [&](std::string_view text, bool is_tag) {
        if (!is_tag) rest += text;
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

bool is_plain(std::string_view prompt, Emphasis emphasis, int steps) {
    const bool has_marks = prompt.find_first_of("()[]\\<|") != prompt.npos || prompt.find("BREAK") != prompt.npos;
    if (emphasis == Emphasis::Literal || !has_marks) return true;
    const auto schedule = scheduled_texts(prompt, emphasis, steps);
    if (schedule.size() != 1 || schedule.front().text != prompt) return false;
    return weighted_parts(prompt, emphasis) == std::vector<PromptPart>{{.text = std::string(prompt)}};
}

}  // namespace fanlight
