#include "core/families/parts/generation_config.h"

#include "core/base/config_numbers.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/text_task.h"

namespace fanlight {

namespace {

/// From a number, a list, or nothing.
std::vector<int64_t> ids(const Json& config, const char* key, const Place& where) {
    const auto value = optional_or<Json>(config, key, Json::array(), where);
    std::vector<int64_t> ids;
    for (const Json& id : value.is_array() ? value : Json::array({value})) {
        const auto number = id.is_number_unsigned() ? id.get<uint64_t>() : max_vocabulary + 1;
        if (number > max_vocabulary)
            throw Error("%1: %2 must be the id of a token, or several, not %3", where, key, excerpt(to_line(value)));
        ids.push_back(static_cast<int64_t>(number));
    }
    return ids;
}

bool is_given(const Json& config, const char* key) { return config.contains(key) && !config.at(key).is_null(); }

/// By the rules for options and lists, so that a run which begins with them can be resumed and replayed.
Overrides sampling_values(const Json& generation, const Place& where) {
    Overrides values;
    for (const char* key : {"max_new_tokens", "min_new_tokens", "temperature", "top_k", "top_p", "min_p",
                            "repetition_penalty", "no_repeat_ngram_size"})
        if (is_given(generation, key))
            find_parameter(key, TextTask::kind)->read(to_line(generation.at(key)), values, where);
    values.do_sample = optional_or<bool>(generation, "do_sample", false, where);
    if (!values.top_k) values.top_k = 50;
    return values;
}

}  // namespace

GenerationConfig read_generation_config(const Json& generation, const Json& config, const Place& where) {
    const auto of_either = [&](const char* key) {
        return is_given(generation, key) ? ids(generation, key, where) : ids(config, key, where);
    };
    GenerationConfig read;
    read.end_ids = of_either("eos_token_id");
    if (const auto begin = of_either("bos_token_id"); !begin.empty()) read.begin_id = begin.front();
    if (const auto start = of_either("decoder_start_token_id"); !start.empty()) read.start_id = start.front();
    read.suppressed = ids(generation, "suppress_tokens", where);
    read.values = sampling_values(generation, where);
    return read;
}

}  // namespace fanlight
