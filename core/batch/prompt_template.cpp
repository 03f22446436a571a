#include "core/batch/prompt_template.h"

#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fanlight {

namespace {

[[noreturn]] void refuse_pattern(std::string_view pattern, const Sentence& reason) {
    throw UsageError("--prompt-template: %1 %2; write {prompt} or another column, and {{ or }} for a brace.",
                     in_quotes(std::string(pattern)), reason);
}

}  // namespace

PromptTemplate::PromptTemplate(std::string_view pattern) {
    std::string text;
    for (size_t at = 0; at < pattern.size(); ++at) {
        const char c = pattern[at];
        const bool is_brace = c == '{' || c == '}';
        if (is_brace && pattern.substr(at + 1, 1) == std::string_view(&c, 1)) {
            text += pattern[at++];
        } else if (c == '}') {
            refuse_pattern(pattern, "closes a brace that was not opened");
        } else if (c == '{') {
            const size_t end = pattern.find_first_of("{}", at + 1);
            if (end == std::string_view::npos || pattern[end] == '{')
                refuse_pattern(pattern, "opens a brace that is not closed");
            const std::string_view name = trimmed(pattern.substr(at + 1, end - at - 1));
            if (name.empty()) refuse_pattern(pattern, "names no column in a pair of braces");
            parts_.push_back({std::exchange(text, {}), false});
            parts_.push_back({std::string(name), true});
            at = end;
        } else {
            text += c;
        }
    }
    parts_.push_back({text, false});
}

std::string PromptTemplate::fill(const std::function<std::string(const std::string&)>& value_of) const {
    std::string filled;
    for (const Part& part : parts_) filled += part.is_column ? value_of(part.text) : part.text;
    return filled;
}

}  // namespace fanlight
