#include "core/families/parts/generation_config.h"

#include "core/families/parts/config_numbers.h"

namespace fanlight {

namespace {

constexpr int64_t max_count = 1 << 30;

/// From a number, a list, or nothing.
std::vector<int64_t> ids(const Json& config, const char* key, const std::string& where) {
    const auto value = optional_or<Json>(config, key, Json::array(), where);
    std::vector<int64_t> ids;
    for (const Json& id : value.is_array() ? value : Json::array({value})) {
        if (!id.is_number_integer() || id.get<int64_t>() < 0)
            throw Error(where + ": " + key + " must be the id of a token, or several, not " + to_line(value));
        ids.push_back(id.get<int64_t>());
    }
    return ids;
}

bool is_given(const Json& config, const char* key) { return config.contains(key) && !config.at(key).is_null(); }

template <typename T, typename Read>
void take(std::optional<T>& value, const Json& config, const char* key, const Read& read) {
    if (is_given(config, key)) value = static_cast<T>(read(key));
}

}  // namespace

GenerationConfig read_generation_config(const Json& generation, const Json& config, const std::string& where) {
    const auto of_either = [&](const char* key) {
        return is_given(generation, key) ? ids(generation, key, where) : ids(config, key, where);
    };
    const auto number = [&](double max) {
        return [&generation, &where, max](const char* key) { return number_or(generation, key, 0, 0, max, where); };
    };
    const auto count = [&](int64_t min) {
        return [&generation, &where, min](const char* key) {
            return whole_number(generation, key, min, max_count, where);
        };
    };
    GenerationConfig read;
    read.end_ids = of_either("eos_token_id");
    if (const auto begin = of_either("bos_token_id"); !begin.empty()) read.begin_id = begin.front();
    if (const auto start = of_either("decoder_start_token_id"); !start.empty()) read.start_id = start.front();
    read.suppressed = ids(generation, "suppress_tokens", where);

    Overrides& values = read.values;
    take(values.max_new_tokens, generation, "max_new_tokens", count(1));
    take(values.min_new_tokens, generation, "min_new_tokens", count(0));
    values.do_sample = optional_or<bool>(generation, "do_sample", false, where);
    take(values.temperature, generation, "temperature", number(1e6));
    values.top_k = static_cast<int>(whole_number_or(generation, "top_k", 50, 0, max_count, where));
    take(values.top_p, generation, "top_p", number(1));
    take(values.min_p, generation, "min_p", number(1));
    take(values.repetition_penalty, generation, "repetition_penalty", number(1e6));
    take(values.no_repeat_ngram_size, generation, "no_repeat_ngram_size", count(0));
    return read;
}

}  // namespace fanlight
