#include "core/prompts/prompt_options.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "core/base/error.h"
#include "core/prompts/prompt_column.h"
#include "core/prompts/text_position.h"

namespace fanlight {

namespace {

struct Word {
    std::string text;
    std::string place;
};

/// Splits a line at blanks like a shell, but without expansions.
class Words {
public:
    Words(std::string_view line, const std::string& place) : line_(line), place_(place) {}

    std::optional<Word> next() {
        at_ = std::min(line_.find_first_not_of(blanks, at_), line_.size());
        if (at_ == line_.size()) return std::nullopt;
        Word word{"", here()};
        while (at_ < line_.size() && blanks.find(line_[at_]) == std::string_view::npos) {
            const char byte = line_[at_];
            if (byte == '"' || byte == '\'')
                take_quoted(byte, word.text);
            else
                word.text += line_[at_++];
        }
        return word;
    }

private:
    static constexpr std::string_view blanks = " \t";

    std::string here() const { return place_ + ", column " + std::to_string(characters_in(line_.substr(0, at_)) + 1); }

    void take_quoted(char quote, std::string& text) {
        const std::string opened = here();
        for (++at_; at_ < line_.size() && line_[at_] != quote; ++at_) {
            const bool escapes = quote == '"' && line_[at_] == '\\' && at_ + 1 < line_.size() &&
                                 (line_[at_ + 1] == '"' || line_[at_ + 1] == '\\');
            text += line_[at_ += escapes];
        }
        if (at_ == line_.size()) throw UsageError(opened + ": this quote is never closed.");
        ++at_;
    }

    std::string_view line_;
    const std::string& place_;
    size_t at_ = 0;
};

}  // namespace

bool is_option_line(std::string_view line) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return line.size() > 2 && line.starts_with("--") && is_letter(line[2]);
}

void read_option_line(std::string_view line, PromptRow& row, std::string_view task) {
    Words words(line, row.source);
    std::vector<PromptColumn> given;
    while (const auto option = words.next()) {
        if (!is_option_line(option->text))
            throw UsageError(option->place + ": " + in_quotes(option->text) +
                             " stands where an option is expected; quote a value that has blanks.");
        const PromptColumn column = column_named(option->text.substr(2), given, option->place, task);
        const auto value = words.next();
        if (!value) throw UsageError(option->place + ": " + option->text + " has no value.");
        column.read(value->text, row, value->place);
        given.push_back(column);
    }
    if (std::find(given.begin(), given.end(), PromptColumn{.is_prompt = true}) == given.end())
        throw UsageError(row.source + ": the line has options and no --prompt.");
}

}  // namespace fanlight
