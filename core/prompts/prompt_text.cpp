#include "core/prompts/prompt_text.h"

#include <optional>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/batch/blanks.h"
#include "core/prompts/prompt_column.h"
#include "core/prompts/prompt_options.h"
#include "core/prompts/text_position.h"

namespace fanlight {

namespace {

/// A line "!KEY = value", taken apart.
struct Setting {
    std::string key;
    std::string value;
};

bool is_key(std::string_view key) {
    return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == ' ';
    });
}

std::optional<Setting> setting_in(std::string_view line) {
    const size_t equals = line.find('=');
    if (!line.starts_with('!') || equals == std::string_view::npos) return std::nullopt;
    const std::string_view key = without_blanks(line.substr(1, equals - 1));
    if (!is_key(key)) return std::nullopt;
    return Setting{std::string(key), std::string(without_blanks(line.substr(equals + 1)))};
}

/// Keys that Dream Factory has other names for than our parameters have.
std::string_view our_name(const std::string& key) {
    constexpr std::pair<std::string_view, std::string_view> names[] = {
        {"scale", "cfg_scale"}, {"neg_prompt", "negative_prompt"}, {"samples", "images"}};
    const std::string bare = normalised_name(key);
    for (const auto& [theirs, ours] : names)
        if (theirs == bare) return ours;
    return key;
}

/// The settings for the lines that follow.
class Settings {
public:
    /// An empty value ends one. Throws UsageError "PLACE: …".
    void set(const Setting& setting, const Place& where, const PromptRow& row, const ListReading& reading) {
        const std::string name(find_parameter(setting.key, reading.task) ? setting.key : our_name(setting.key));
        const PromptColumn column = column_named(name, {}, where, reading);
        if (column.is_prompt)
            throw UsageError("%1: a prompt is no setting for others; write it on a line of its own.", where);
        if (!column.rule) {
            PromptRow told = row;
            return column.note(told, reading);
        }
        std::erase_if(values_, [&](const Value& value) { return value.rule == column.rule; });
        if (setting.value.empty()) return;
        PromptRow checked;
        column.rule->read(setting.value, checked.overrides, where);
        values_.push_back({column.rule, setting.value, where});
    }

    /// Sets what the row leaves open; `given`: what it has set itself.
    void apply(PromptRow& row, const GivenColumns& given) const {
        for (const Value& value : values_) {
            const bool is_given = given.has({.rule = value.rule});
            // A sampler's label may name the schedule, too.
            const bool is_named = row.overrides.schedule && value.rule == find_parameter("schedule");
            if (!is_given && !is_named) value.rule->read(value.text, row.overrides, value.where);
        }
    }

private:
    struct Value {
        const ParameterRule* rule;
        std::string text;
        Place where;
    };

    std::vector<Value> values_;
};

/// Headings of sections, as in Dream Factory's lists.
bool is_section(std::string_view line) {
    const std::string name = bare_name(line);
    return name.ends_with(']') && (name.starts_with("[config]") || name.starts_with("[prompts"));
}

/// Whether the line has the option that every line of options must have, with whatever dashes.
bool names_the_prompt(std::string_view line) {
    const std::string plain = with_plain_dashes(line);
    constexpr std::string_view option = "--prompt";
    const size_t at = plain.find(option);
    size_t next = 0;
    return at != std::string::npos &&
           (at + option.size() == plain.size() || is_blank_at(plain, at + option.size(), next));
}

/// A list while it is read.
class TextReader {
public:
    TextReader(const TakeRow& take, const ListReading& reading, ListMistakes& mistakes)
        : take_(take), reading_(reading), mistakes_(mistakes) {}

    void read_line(std::string_view line, const Place& place) {
        const size_t start = first_visible(line);
        const std::string_view seen = without_blanks(line.substr(start));
        if (seen.empty() || seen.front() == '#') return;
        PromptRow row{"", {}, place};
        if (is_section(seen))
            throw UsageError("%1: sections such as %2 are not understood; write one prompt a line.", place, seen);
        if (const auto setting = setting_in(seen)) {
            const int64_t column = characters_in(line.substr(0, start)) + 1;
            return settings_.set(*setting, place.column(column), row, reading_);
        }
        const bool is_prompt = reading_.is_pasted && !names_the_prompt(seen);
        if (!is_prompt) check_dashes(line, start, place, reading_);
        const int64_t before = mistakes_.count();
        GivenColumns given;
        if (is_option_line(seen) && !is_prompt)
            given = read_option_line(line, row, reading_, mistakes_);
        else
            row.prompt = without_blanks(line);
        if (mistakes_.count() > before) return;
        settings_.apply(row, given);
        take_(std::move(row));
    }

private:
    const TakeRow& take_;
    const ListReading& reading_;
    ListMistakes& mistakes_;
    Settings settings_;
};

}  // namespace

void read_text(std::string_view text, const Place& name, const TakeRow& take, const ListReading& reading,
               ListMistakes& mistakes) {
    TextReader reader(take, reading, mistakes);
    each_line(text, [&](std::string_view line, int64_t number) {
        mistakes.attempt([&] { reader.read_line(line, name.line(number)); });
    });
}

}  // namespace fanlight
