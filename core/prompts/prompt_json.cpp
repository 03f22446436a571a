#include "core/prompts/prompt_json.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/batch/blanks.h"
#include "core/prompts/prompt_column.h"
#include "core/prompts/text_position.h"

namespace fanlight {

namespace {

/// An iterator that feeds the parser and records how far it has read.
class TrackedByte {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    TrackedByte(const char* at, const char** seen) : at_(at), seen_(seen) {}
    reference operator*() const { return *at_; }
    TrackedByte& operator++() {
        *seen_ = ++at_;
        return *this;
    }
    bool operator==(const TrackedByte& other) const { return at_ == other.at_; }
    bool operator!=(const TrackedByte& other) const { return at_ != other.at_; }

private:
    const char* at_;
    const char** seen_;
};

/// The parameters that may be lists.
bool may_be_list(const ParameterRule& rule) {
    const std::string_view name = rule.name;
    return name == "stop" || name == "labels" || name == "styles" || name == "loras" || name == "timesteps";
}

/// Builds one row from one line's parser events. A tree would lose the position of each value, and duplicate keys.
class RowBuilder final : public nlohmann::json_sax<Json> {
public:
    RowBuilder(std::string_view line, PromptRow& row, const ListReading& reading, ListMistakes& mistakes)
        : line_(line),
          row_(row),
          reading_(reading),
          mistakes_(mistakes),
          seen_(line.data() + first_visible(line)),
          last_end_(seen_),
          counted_(line.data()) {}

    void read() {
        const std::string_view object = without_blanks(line_);
        const char* end = object.data() + object.size();
        Json::sax_parse(TrackedByte(seen_, &seen_), TrackedByte(end, &seen_), this);
        rest_.give_to(row_);
        if (!has_prompt_) refuse(line_.data(), "the object has no \"prompt\"");
        if (!has_content_) refuse(line_.data(), "the prompt is empty, and the object says nothing else");
    }

    bool null() override {
        if (expect_inside() && depth_ == 1) {
            column_.leave_blank(row_);
            if (!column_.own.empty()) rest_.keep(column_.own, nullptr);
        }
        return advance();
    }
    bool boolean(bool value) override { return take(value ? "true" : "false", Written::Bare); }
    bool number_integer(number_integer_t value) override { return take(std::to_string(value), Written::Bare); }
    bool number_unsigned(number_unsigned_t value) override { return take(std::to_string(value), Written::Bare); }
    bool number_float(number_float_t, const string_t& written) override { return take(written, Written::Bare); }
    bool string(string_t& value) override { return take(value, Written::AsString); }
    bool binary(binary_t&) override { return false; }  // never called for JSON text
    bool start_object(std::size_t) override { return open(Container::Object); }
    bool start_array(std::size_t) override { return open(Container::Array); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(string_t& name) override {
        if (depth_ != 1) return advance();
        column_ = {};
        mistakes_.attempt([&] { column_ = column_named(name, given_, where(token()), reading_); });
        return advance();
    }

    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
        const std::string_view what = error.what();  // "[json…] parse error at line 1, column C: REASON; last read: …"
        const size_t reason = std::min(what.find(": "), what.size());
        refuse(std::max(seen_ - 1, line_.data()),
               Sentence("is not valid JSON%1; mend the line, or delete it",
                        std::string(what.substr(reason, what.find("; last read", reason) - reason))));
    }

private:
    /// As in parse_json(), which reads columns of the list's own again.
    static constexpr int max_depth = 64;
    enum class Written { Bare, AsString };
    enum class Container { Object, Array };

    /// Every value except the row's own object must be inside it.
    bool expect_inside() {
        if (depth_ == 0) refuse(token(), "each line must be an object such as {\"prompt\": \"a dog\"}");
        return true;
    }

    bool take(const std::string& text, Written written) {
        expect_inside();
        has_content_ = has_content_ || !is_blank(text);
        if (column_.is_ignored() && !is_blank(text)) column_.note(row_, reading_);
        if (depth_ > 1 || column_.is_ignored()) return advance();
        has_prompt_ |= column_.is_prompt;
        if (!column_.own.empty()) {
            rest_.keep(column_.own, written == Written::AsString ? Json(text) : Json::parse(text));
            given_.add(column_);
            return advance();
        }
        const Place place = where(token());
        mistakes_.attempt([&] {
            if (column_.is_free_text() && written == Written::Bare)
                throw UsageError("%1: a prompt must be a text in quotes, not %2.", place, text);
            column_.read(text, row_, rest_, place);
        });
        given_.add(column_);
        return advance();
    }

    bool open(Container container) {
        if (container == Container::Array) expect_inside();
        const bool keeps = !column_.own.empty(), reads_list = column_.rule && may_be_list(*column_.rule);
        if (depth_ == 1 && (keeps || reads_list)) opened_ = seen_ - 1;
        if (depth_ == 1 && !column_.is_ignored() && !opened_) {
            mistakes_.add(Sentence("%1: this must be a text or a number.", where(seen_ - 1)));
            has_prompt_ |= column_.is_prompt;
            column_ = {};
        }
        if (++depth_ > max_depth) refuse(seen_ - 1, Sentence("it is nested more than %1 levels deep", max_depth));
        return advance();
    }

    bool close() {
        if (--depth_ != 1 || !opened_) return advance();
        const char* begin = std::exchange(opened_, nullptr);
        const std::string written(begin, seen_);
        mistakes_.attempt([&] {
            column_.rule ? column_.read(written, row_, rest_, where(begin))
                         : rest_.keep(column_.own, Json::parse(written));
        });
        given_.add(column_);
        has_content_ = true;
        return advance();
    }

    bool advance() {
        last_end_ = seen_;
        return true;
    }

    /// The start of the token just read by the parser.
    const char* token() const {
        const auto from = static_cast<size_t>(last_end_ - line_.data());
        return line_.data() + std::min(line_.find_first_not_of(" \t,:{", from), line_.size());
    }

    /// Continues counting from the last call, since lines may be long.
    Place where(const char* at) {
        if (at < counted_) column_number_ = 1, counted_ = line_.data();
        column_number_ += characters_in({counted_, static_cast<size_t>(at - counted_)});
        counted_ = at;
        return row_.source.column(column_number_);
    }

    [[noreturn]] void refuse(const char* at, const Sentence& reason) { throw UsageError("%1: %2.", where(at), reason); }

    std::string_view line_;
    PromptRow& row_;
    const ListReading& reading_;
    ListMistakes& mistakes_;
    const char* seen_;
    const char* last_end_;
    const char* counted_;
    int64_t column_number_ = 1;
    int depth_ = 0;
    const char* opened_ = nullptr;  ///< where the list or object begins that is kept as it is written
    PromptColumn column_;
    GivenColumns given_;
    RowRest rest_;
    bool has_content_ = false, has_prompt_ = false;
};

}  // namespace

void read_prompt_object(std::string_view line, PromptRow& row, const ListReading& reading, ListMistakes& mistakes) {
    mistakes.attempt([&] { RowBuilder(line, row, reading, mistakes).read(); });
}

void read_prompt_object(std::string_view line, PromptRow& row, const ListReading& reading) {
    ListMistakes mistakes(row.source);
    read_prompt_object(line, row, reading, mistakes);
    mistakes.raise();
}

Json prompt_values(const PromptRow& row) {
    Json json = {{"prompt", row.prompt}};
    const auto put = [&](const char* name, const auto& value) {
        if (value) json[name] = *value;
    };
    const Overrides& o = row.overrides;
    if (o.blank_negative_prompt) json["negative_prompt"] = nullptr;
    put("negative_prompt", o.negative_prompt);
    put("prompt_2", o.prompt_2);
    put("negative_prompt_2", o.negative_prompt_2);
    if (o.random_seed) json["seed"] = -1;
    put("seed", o.seed);
    put("steps", o.steps);
    put("cfg_scale", o.cfg_scale);
    put("true_cfg_scale", o.true_cfg_scale);
    put("width", o.width);
    put("height", o.height);
    put("sampler", o.sampler);
    put("schedule", o.schedule);
    put("clip_skip", o.clip_skip);
    if (o.original_size) json["original_size"] = text_of(*o.original_size);
    if (o.crop) json["crop"] = text_of(*o.crop);
    put("eta", o.eta);
    put("shift", o.shift);
    put("rescale_cfg", o.rescale_cfg);
    put("cfg_end", o.cfg_end);
    put("refiner_switch", o.refiner_switch);
    put("subseed", o.subseed);
    put("subseed_strength", o.subseed_strength);
    if (o.timesteps) json["timesteps"] = o.timesteps->empty() ? Json("none") : Json(*o.timesteps);
    if (o.emphasis) json["emphasis"] = name_of(*o.emphasis);
    put("literal", o.literal);
    put("images", o.images);
    put("styles", o.styles);
    put("model", o.model);
    if (o.loras) json["loras"] = lora_texts(*o.loras);
    put("prompt_template", o.prompt_template);
    put("max_new_tokens", o.max_new_tokens);
    put("min_new_tokens", o.min_new_tokens);
    put("do_sample", o.do_sample);
    put("temperature", o.temperature);
    put("top_k", o.top_k);
    put("top_p", o.top_p);
    put("min_p", o.min_p);
    put("repetition_penalty", o.repetition_penalty);
    put("no_repeat_ngram_size", o.no_repeat_ngram_size);
    put("stop", o.stop);
    put("text_pair", o.text_pair);
    put("truncate", o.truncate);
    put("special_tokens", o.special_tokens);
    put("labels", o.labels);
    if (o.columns) json.update(Json::parse(*o.columns));
    return json;
}

std::string prompt_object(const PromptRow& row) { return to_line(prompt_values(row)); }

}  // namespace fanlight
