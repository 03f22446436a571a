#include "core/batch/classify_task.h"

#include "core/base/json.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/task_parameters.h"

namespace fanlight {

namespace {

constexpr auto each_classify_parameter = [](auto&& task, const auto& visit) {
    visit("text_pair", task.text_pair);
    visit("top_k", task.top_k);
    visit("truncate", task.truncate);
    visit("special_tokens", task.special_tokens);
    visit("columns", task.columns);
};

}  // namespace

TaskShape ClassifyTask::shape() const { return {.tokens = guessed_tokens(prompt.size() + text_pair.size())}; }

std::string ClassifyTask::summary() const {
    return top_k == 0 ? "all labels" : "the best " + std::to_string(top_k) + " labels";
}

ClassifyTask ClassifyTask::with(const Overrides& values) const {
    ClassifyTask task = *this;
    set_if_given(task.text_pair, values.text_pair);
    set_if_given(task.top_k, values.top_k);
    set_if_given(task.truncate, values.truncate);
    set_if_given(task.special_tokens, values.special_tokens);
    set_if_given(task.columns, values.columns);
    return task;
}

void ClassifyTask::check(const Place& where) const {
    check_text(prompt, "prompt", where);
    check_parameters(*this, where);
}

/// Without the seed, which would look in the results as if it meant something.
void ClassifyTask::write(nlohmann::json& parameters) const {
    parameters = {{"prompt", prompt}};
    write_parameters(*this, each_classify_parameter, parameters);
}

ClassifyTask ClassifyTask::read(const nlohmann::json& parameters) {
    ClassifyTask task;
    task.prompt = member<std::string>(parameters, "prompt");
    read_parameters(parameters, each_classify_parameter, task);
    return task;
}

}  // namespace fanlight
