#include "core/batch/score_task.h"

#include <numeric>

#include "core/base/json.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/task_parameters.h"

namespace fanlight {

namespace {

constexpr auto each_score_parameter = [](auto&& task, const auto& visit) {
    visit("labels", task.labels);
    visit("truncate", task.truncate);
    visit("special_tokens", task.special_tokens);
    visit("columns", task.columns);
};

size_t bytes_of(const std::vector<std::string>& texts) {
    return std::accumulate(texts.begin(), texts.end(), size_t{0},
                           [](size_t bytes, const std::string& text) { return bytes + text.size(); });
}

}  // namespace

size_t ScoreTask::text_bytes() const { return prompt.size() + bytes_of(labels) + columns.size(); }

TaskShape ScoreTask::shape() const {
    return {.tokens = guessed_tokens(prompt.size() + bytes_of(labels)), .scored = true};
}

std::string ScoreTask::summary() const {
    if (labels.empty()) return "log-likelihood";
    return std::to_string(labels.size()) + (labels.size() == 1 ? " label" : " labels");
}

ScoreTask ScoreTask::with(const Overrides& values) const {
    ScoreTask task = *this;
    set_if_given(task.labels, values.labels);
    set_if_given(task.truncate, values.truncate);
    set_if_given(task.special_tokens, values.special_tokens);
    set_if_given(task.columns, values.columns);
    return task;
}

void ScoreTask::check(const Place& where) const {
    check_text(prompt, "prompt", where);
    check_parameters(*this, where);
}

/// Without the seed, which would look in the results as if it meant something.
void ScoreTask::write(nlohmann::json& parameters) const {
    parameters = {{"prompt", prompt}};
    write_parameters(*this, each_score_parameter, parameters);
}

ScoreTask ScoreTask::read(const nlohmann::json& parameters) {
    ScoreTask task;
    task.prompt = member<std::string>(parameters, "prompt");
    read_parameters(parameters, each_score_parameter, task);
    return task;
}

}  // namespace fanlight
