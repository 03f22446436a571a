#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace fanlight {

/// "Translate into Arabic: {prompt}": text with columns in braces; {{ and }} are braces.
class PromptTemplate {
public:
    /// Throws UsageError "--prompt-template: …" for a brace that is not closed, or opens nothing.
    explicit PromptTemplate(std::string_view pattern);

    /// `value_of` a column, by its name.
    std::string fill(const std::function<std::string(const std::string&)>& value_of) const;

private:
    struct Part {
        std::string text;
        bool is_column;
    };
    std::vector<Part> parts_;
};

}  // namespace fanlight
