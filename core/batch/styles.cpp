#include "core/batch/styles.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/batch/blanks.h"

namespace fanlight {

namespace {

constexpr std::string_view place_of_prompt = "{prompt}";
constexpr size_t most_named = 20;

[[noreturn]] void refuse_style(const std::string& name, const Styles& styles, const Place& where) {
    if (styles.all().empty())
        throw UsageError("%1: there is no style %2, nor any other; see where styles are kept in the manual.", where,
                         in_quotes(name));
    std::vector<std::string> names;
    for (const Style& style : styles.all()) names.push_back(style.name);
    throw UsageError("%1: there is no style %2; there are %3.", where, in_quotes(name), listed(names, most_named));
}

}  // namespace

void Styles::add(Style style) {
    if (!find(style.name)) styles_.push_back(std::move(style));
}

const Style* Styles::find(std::string_view name) const {
    const auto found = std::find_if(styles_.begin(), styles_.end(), [wanted = bare_name(name)](const Style& style) {
        return bare_name(style.name) == wanted;
    });
    return found == styles_.end() ? nullptr : &*found;
}

std::string styled(const std::string& style, const std::string& prompt) {
    std::string text = style;
    size_t at = text.find(place_of_prompt);
    if (at == std::string::npos) {
        const std::string before(trimmed(prompt)), behind(trimmed(style));
        return before + (before.empty() || behind.empty() ? "" : ", ") + behind;
    }
    for (; at != std::string::npos; at = text.find(place_of_prompt, at + prompt.size()))
        text.replace(at, place_of_prompt.size(), prompt);
    return text;
}

void apply_styles(PromptRow& row, const std::vector<std::string>& common, const std::string& negative_prompt,
                  const Styles& styles) {
    const std::vector<std::string> names = row.overrides.styles.value_or(common);
    row.overrides.styles.reset();
    for (const std::string& name : names) {
        const Style* style = styles.find(name);
        if (!style) refuse_style(name, styles, row.source);
        row.prompt = styled(style->prompt, row.prompt);
        if (style->negative_prompt.empty()) continue;
        row.overrides.negative_prompt =
            styled(style->negative_prompt, row.overrides.negative_prompt.value_or(negative_prompt));
    }
}

}  // namespace fanlight
