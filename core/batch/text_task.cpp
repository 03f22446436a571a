#include "core/batch/text_task.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/prompt_template.h"
#include "core/batch/request_json.h"
#include "core/batch/result.h"
#include "core/batch/task_parameters.h"

namespace fanlight {

namespace {

int tokens_in(const TextTask& task) { return guessed_tokens(task.text_bytes()); }

constexpr auto each_text_parameter = [](auto&& task, const auto& visit) {
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
};

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
    set_if_given(task.max_new_tokens, values.max_new_tokens);
    set_if_given(task.min_new_tokens, values.min_new_tokens);
    set_if_given(task.do_sample, values.do_sample);
    set_if_given(task.temperature, values.temperature);
    set_if_given(task.top_k, values.top_k);
    set_if_given(task.top_p, values.top_p);
    set_if_given(task.min_p, values.min_p);
    set_if_given(task.repetition_penalty, values.repetition_penalty);
    set_if_given(task.no_repeat_ngram_size, values.no_repeat_ngram_size);
    set_if_given(task.stop, values.stop);
    set_if_given(task.truncate, values.truncate);
    set_if_given(task.special_tokens, values.special_tokens);
    set_if_given(task.columns, values.columns);
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
        if (value == own.end()) throw UsageError("the prompt template needs the column %1, which is not there", name);
        return value->is_string() ? value->get<std::string>() : to_line(*value);
    });
}

void TextTask::share_texts(const TextTask& other) {
    if (prompt_template == other.prompt_template) prompt_template = other.prompt_template;
}

void TextTask::check(const Place& where) const {
    check_text(prompt, "prompt", where);
    check_parameters(*this, where);
    try {
        input();
    } catch (const UsageError& error) {
        throw UsageError("%1: %2.", where, sentence_of(error).open());
    }
    if (min_new_tokens > max_new_tokens)
        throw UsageError("%1: min_new_tokens is %2 and max_new_tokens %3; raise the one or lower the other.", where,
                         min_new_tokens, max_new_tokens);
}

void TextTask::check_record(const ResultRecord& record) const {
    const auto count = [&](const char* key) {
        const auto found = record.more.find(key);
        const bool counts = found != record.more.end() && found->is_number_integer() && *found >= 0;
        return counts ? static_cast<int64_t>(std::min<uint64_t>(found->get<uint64_t>(), INT64_MAX)) : int64_t{-1};
    };
    const int64_t made = count("new_tokens");
    if (made < 1 || count("prompt_tokens") < 1) throw Error("it did not say how many tokens a text has");
    if (made > max_new_tokens)
        throw Error("it made a text of %1 tokens where at most %2 were asked for", made, max_new_tokens);
    const auto finish = record.more.find("finish");
    if (finish == record.more.end() || (*finish != "eos" && *finish != "length" && *finish != "stop"))
        throw Error("it did not say why a text ended");
}

void TextTask::write(nlohmann::json& parameters) const {
    parameters = {{"prompt", prompt}, {"seed", seed}};
    write_parameters(*this, each_text_parameter, parameters);
}

TextTask TextTask::read(const nlohmann::json& parameters) {
    TextTask task;
    task.prompt = member<std::string>(parameters, "prompt");
    task.seed = member<uint64_t>(parameters, "seed");
    read_parameters(parameters, each_text_parameter, task);
    return task;
}

}  // namespace fanlight
