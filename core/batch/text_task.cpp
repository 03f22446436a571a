#include "core/batch/text_task.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/prompt_template.h"
#include "core/batch/request_json.h"

namespace fanlight {

namespace {

/// A guess without the model's tokenizer, on the safe side for most scripts.
constexpr int bytes_per_token = 3;

int tokens_in(const TextTask& task) {
    constexpr size_t most = 1 << 28;
    return static_cast<int>(std::min(task.text_bytes(), most)) / bytes_per_token + 1;
}

/// Calls back for each parameter with its name in JSON; those that have their default value are not written.
template <typename Task, typename Visit>
void each_parameter(Task& task, const Visit& visit) {
    visit("prompt_template", task.prompt_template);
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
    visit("columns", task.columns);
}

template <typename T>
void set(T& value, const std::optional<T>& given) {
    if (given) value = *given;
}

}  // namespace

double TextTask::work() const {
    constexpr double prompt_token = 0.1;  // compared to a new one: many are computed at once
    return max_new_tokens + prompt_token * tokens_in(*this);
}

TaskShape TextTask::shape() const { return {.tokens = tokens_in(*this) + max_new_tokens}; }

std::string TextTask::summary() const {
    return "up to " + std::to_string(max_new_tokens) + " new tokens, " + (do_sample ? "sampled" : "greedy");
}

TextTask TextTask::with(const Overrides& values) const {
    TextTask task = *this;
    if (values.prompt_template) task.prompt_template = *values.prompt_template;
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
    set(task.columns, values.columns);
    if (task.temperature == 0) {  // which divides by it
        task.do_sample = false;
        task.temperature = 1;
    }
    return task;
}

std::string TextTask::input() const {
    if (prompt_template.empty()) return prompt;
    const Json own = columns.empty() ? Json::object() : Json::parse(columns);
    return PromptTemplate(prompt_template.str()).fill([&](const std::string& name) {
        if (name == "prompt") return prompt;
        const auto value = own.find(name);
        if (value == own.end())
            throw UsageError("the prompt template needs the column " + name + ", which is not there");
        return value->is_string() ? value->get<std::string>() : to_line(*value);
    });
}

void TextTask::share_texts(const TextTask& other) {
    if (prompt_template == other.prompt_template) prompt_template = other.prompt_template;
}

void TextTask::check(const std::string& where) const {
    check_text(prompt, "prompt", where);
    try {
        input();
    } catch (const UsageError& error) {
        throw UsageError(where + ": " + error.what() + ".");
    }
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
