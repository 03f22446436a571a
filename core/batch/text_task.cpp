#include "core/batch/text_task.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/batch/parameter_rules.h"

namespace fanlight {

namespace {

/// A guess without the model's tokenizer, on the safe side for most scripts.
constexpr int bytes_per_token = 3;

int prompt_tokens(const std::string& prompt) {
    constexpr size_t most = 1 << 28;
    return static_cast<int>(std::min(prompt.size(), most)) / bytes_per_token + 1;
}

/// Calls back for each parameter with its name in JSON; those that have their default value are not written.
template <typename Task, typename Visit>
void each_parameter(Task& task, const Visit& visit) {
    visit("max_new_tokens", task.max_new_tokens);
    visit("min_new_tokens", task.min_new_tokens);
    visit("do_sample", task.do_sample);
    visit("temperature", task.temperature);
    visit("top_k", task.top_k);
    visit("top_p", task.top_p);
    visit("min_p", task.min_p);
    visit("repetition_penalty", task.repetition_penalty);
    visit("no_repeat_ngram_size", task.no_repeat_ngram_size);
    visit("stop", task.stop);
    visit("truncate", task.truncate);
    visit("special_tokens", task.special_tokens);
}

template <typename T>
void set(T& value, const std::optional<T>& given) {
    if (given) value = *given;
}

}  // namespace

double TextTask::work() const {
    constexpr double prompt_token = 0.1;  // compared to a new one: many are computed at once
    return max_new_tokens + prompt_token * prompt_tokens(prompt);
}

TaskShape TextTask::shape() const { return {.tokens = prompt_tokens(prompt) + max_new_tokens}; }

std::string TextTask::summary() const {
    return "up to " + std::to_string(max_new_tokens) + " new tokens, " + (do_sample ? "sampled" : "greedy");
}

TextTask TextTask::with(const Overrides& values) const {
    TextTask task = *this;
    set(task.max_new_tokens, values.max_new_tokens);
    set(task.min_new_tokens, values.min_new_tokens);
    set(task.do_sample, values.do_sample);
    set(task.temperature, values.temperature);
    set(task.top_k, values.top_k);
    set(task.top_p, values.top_p);
    set(task.min_p, values.min_p);
    set(task.repetition_penalty, values.repetition_penalty);
    set(task.no_repeat_ngram_size, values.no_repeat_ngram_size);
    set(task.stop, values.stop);
    set(task.truncate, values.truncate);
    set(task.special_tokens, values.special_tokens);
    return task;
}

void TextTask::check(const std::string& where) const {
    check_text(prompt, "prompt", where);
    if (min_new_tokens > max_new_tokens)
        throw UsageError(where + ": min_new_tokens is " + std::to_string(min_new_tokens) + " and max_new_tokens " +
                         std::to_string(max_new_tokens) + "; raise the one or lower the other.");
}

void TextTask::write(nlohmann::json& parameters) const {
    const TextTask defaults;
    parameters = {{"prompt", prompt}, {"seed", seed}};
    nlohmann::json all_defaults, own;
    each_parameter(defaults, [&](const char* name, const auto& value) { all_defaults[name] = value; });
    each_parameter(*this, [&](const char* name, const auto& value) { own[name] = value; });
    for (const auto& [name, value] : own.items())
        if (value != all_defaults[name]) parameters[name] = value;
}

TextTask TextTask::read(const nlohmann::json& parameters) {
    TextTask task;
    parameters.at("prompt").get_to(task.prompt);
    parameters.at("seed").get_to(task.seed);
    each_parameter(task, [&](const char* name, auto& value) {
        if (parameters.contains(name)) parameters.at(name).get_to(value);
    });
    return task;
}

}  // namespace fanlight
