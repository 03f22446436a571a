#include "app/cli/text_options.h"

#include "core/base/json.h"
#include "core/batch/text_task.h"

namespace fanlight {

namespace {

constexpr ParameterOption text_parameters[] = {
    {"--prompt-template", "prompt_template", "What the model reads, with columns in braces: \"Translate: {prompt}\""},
    {"--max-new-tokens", "max_new_tokens", "At most this many tokens (default: the model's, or else 256)"},
    {"--min-new-tokens", "min_new_tokens", "At least this many tokens"},
    {"--temperature", "temperature", "Sample; the higher, the more varied. 0: greedy"},
    {"--top-k", "top_k", "Sample among this many of the likeliest tokens; 0: among all"},
    {"--top-p", "top_p", "Sample among the likeliest tokens that together have this probability"},
    {"--min-p", "min_p", "Sample among tokens at least this likely, relative to the likeliest"},
    {"--repetition-penalty", "repetition_penalty", "Above 1: tokens that have occurred become less likely"},
    {"--no-repeat-ngram-size", "no_repeat_ngram_size", "Never repeat this many tokens in a row"},
    {"--samples", "samples", "Texts of each prompt"},
    {"--truncate", "truncate", "left or right: the side that a prompt longer than the model's context loses"},
};
constexpr ParameterOption score_parameters[] = {
    {"--labels", "labels", "yes,no or a JSON list: which of them continues each prompt best, after a space"}};
constexpr ParameterOption seed[] = {
    {"-s,--seed", "seed", "Seed of the first text; the next ones count up (default: 42; -1: a random one)"}};

}  // namespace

void add_text_parameters(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    add_parameter_options(app, o, text_parameters);
}

void add_score_parameters(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    add_parameter_options(app, o, score_parameters);
}

void add_text_options(CLI::App& app, const std::shared_ptr<TextOptions>& o) {
    o->request.task = TextTask::kind;
    add_prompts(app, o->prompts, "Prompts, a text each");
    app.add_option("-p,--prompts", o->prompt_file,
                   "A prompt list: .txt .prompts .csv .tsv .jsonl, a folder of .txt files, or - for standard input");
    add_list_options(app, o->list);
    app.add_option("-m,--model", o->request.model,
                   "A transformers folder, a repo id in the local Hugging Face cache, or a preset (default: "
                   "starter-text, which describes a subject in one line, as a prompt for images)");
    add_text_parameters(app, o);
    add_parameter_options(app, o, seed);
    add_same_seed(app, o);
    add_text_choices(app, o);
    add_computation_options(app, o);
}

void add_text_choices(CLI::App& app, const std::shared_ptr<TextOptions>& o) {
    app.add_flag_callback(
           "--greedy", [o] { o->request.parameters["do_sample"] = "false"; }, "Always the most likely token")
        ->excludes(app.get_option("--temperature"))
        ->excludes(app.get_option("--top-k"))
        ->excludes(app.get_option("--top-p"))
        ->excludes(app.get_option("--min-p"));
    app.add_option("--stop", o->stop, "End a text before this string; may be repeated")->allow_extra_args(false);
    app.add_flag_callback(
        "--no-special-tokens", [o] { o->request.parameters["special_tokens"] = "false"; },
        "Special tokens that are written in a prompt are plain text");
    app.add_flag("--raw", o->raw, "The prompt as it is, even if the model was made for conversations");
}

PlanRequest text_request(const TextOptions& o) {
    PlanRequest request = plan_request(o);
    if (!o.stop.empty()) request.parameters["stop"] = to_line(Json(o.stop));
    request.raw = o.raw;
    return request;
}

}  // namespace fanlight
