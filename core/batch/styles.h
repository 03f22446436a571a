#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/batch/prompt_row.h"

namespace fanlight {

/// Text around prompts that has a name, as AUTOMATIC1111 and Fooocus have it. A text's "{prompt}" is where the prompt
/// goes; without it the text follows the prompt.
struct Style {
    std::string name, prompt, negative_prompt;
};

/// The styles that can be named. Names are equal if they differ in case, blanks and dashes only: Fooocus shows
/// "sai-3d-model" as "SAI 3D Model".
class Styles {
public:
    /// The first one of a name counts.
    void add(Style style);

    /// nullptr: there is none.
    const Style* find(std::string_view name) const;
    const std::vector<Style>& all() const { return styles_; }

private:
    std::vector<Style> styles_;
};

/// The prompt within a style's text, by AUTOMATIC1111's rule.
std::string styled(const std::string& style, const std::string& prompt);

/// Puts the row's prompts into its styles, one after the other; a row without any has `common`. `negative_prompt`: that
/// of rows without one. The row then names none. Throws UsageError naming the row, and the styles that there are.
void apply_styles(PromptRow& row, const std::vector<std::string>& common, const std::string& negative_prompt,
                  const Styles& styles);

}  // namespace fanlight
