#include "core/prompts/prompt_options.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "core/base/error.h"
#include "core/batch/blanks.h"
#include "core/prompts/prompt_column.h"
#include "core/prompts/text_position.h"

namespace fanlight {

namespace {

struct Word {
    std::string text;
    Place place;
};

/// Splits a line at blanks like a shell, but without expansions.
class Words {
public:
    Words(std::string_view line, const Place& place) : line_(line), place_(place), at_(first_visible(line)) {}

    std::optional<Word> next() {
        for (size_t after = 0; at_ < line_.size() && is_blank_at(line_, at_, after); at_ = after) {
        }
        if (at_ == line_.size()) return std::nullopt;
        Word word{"", here()};
        for (size_t after = 0; at_ < line_.size() && !is_blank_at(line_, at_, after);) {
            if (const char byte = line_[at_]; byte == '"' || byte == '\'') {
                take_quoted(byte, word.text);
            } else {
                word.text += line_.substr(at_, after - at_);
                at_ = after;
            }
        }
        return word;
    }

private:
    /// Continues counting from the last call, since lines may be long.
    Place here() {
        column_ += characters_in(line_.substr(counted_, at_ - counted_));
        counted_ = at_;
        return place_.column(column_);
    }

    void take_quoted(char quote, std::string& text) {
        const Place opened = here();
        for (++at_; at_ < line_.size() && line_[at_] != quote; ++at_) {
            const bool escapes = quote == '"' && line_[at_] == '\\' && at_ + 1 < line_.size() &&
                                 (line_[at_ + 1] == '"' || line_[at_ + 1] == '\\');
            text += line_[at_ += escapes];
        }
        if (at_ == line_.size()) throw UsageError("%1: this quote is never closed.", opened);
        ++at_;
    }

    std::string_view line_;
    const Place& place_;
    size_t at_;
    size_t counted_ = 0;
    int64_t column_ = 1;  ///< of the byte at counted_
};

}  // namespace

bool is_option_line(std::string_view line) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return line.size() > 2 && line.starts_with("--") && is_letter(line[2]);
}

namespace {

/// The option that a word would be, were its dashes plain and nothing invisible between them; "" if it is one, or none.
std::string disguised_option(std::string_view word, const ListReading& reading) {
    const std::string plain = with_plain_dashes(word);
    const size_t name = plain.starts_with('-') ? plain.find_first_not_of('-') : std::string::npos;
    if (plain == word || name == std::string::npos) return "";
    const std::string option = plain.substr(name, plain.find('=') - name);
    return is_column_name(option, reading) ? option : "";
}

void check_dashes(std::string_view word, const Place& where, const ListReading& reading) {
    if (const std::string option = disguised_option(word, reading); !option.empty())
        throw UsageError("%1: %2 has other dashes than an option, or something invisible; write --%3.", where,
                         in_quotes(word), option);
}

}  // namespace

void check_dashes(std::string_view line, size_t start, const Place& place, const ListReading& reading) {
    size_t end = start;
    for (size_t after = 0; end < line.size() && !is_blank_at(line, end, after); end = after) {
    }
    const int64_t column = characters_in(line.substr(0, start)) + 1;
    check_dashes(line.substr(start, end - start), place.column(column), reading);
}

GivenColumns read_option_line(std::string_view line, PromptRow& row, const ListReading& reading,
                              ListMistakes& mistakes) {
    Words words(line, row.source);
    GivenColumns given;
    RowRest rest;
    bool has_prompt = false;
    mistakes.attempt([&] {
        while (const auto option = words.next()) {
            check_dashes(option->text, option->place, reading);
            if (!is_option_line(option->text))
                throw UsageError("%1: %2 stands where an option is expected; quote a value that has blanks.",
                                 option->place, in_quotes(option->text));
            PromptColumn column;
            mistakes.attempt([&] { column = column_named(option->text.substr(2), given, option->place, reading); });
            has_prompt |= normalised_name(option->text.substr(2)) == "prompt" || column.is_prompt;
            const auto value = words.next();
            if (!value) throw UsageError("%1: %2 has no value.", option->place, option->text);
            mistakes.attempt([&] { column.read(value->text, row, rest, value->place); });
            column.note(row, reading);
            if (!column.is_ignored()) given.add(column);
        }
        rest.give_to(row);
        if (!has_prompt) throw UsageError("%1: the line has options and no --prompt.", row.source);
    });
    return given;
}

}  // namespace fanlight
