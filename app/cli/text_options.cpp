#include "app/cli/text_options.h"

#include "app/cli/help.h"
#include "core/base/json.h"
#include "core/batch/text_task.h"

namespace fanlight {

namespace {

constexpr ParameterOption text_parameters[] = {
    {"Prompts", "--prompt-template", "TEXT", "prompt_template", "{prompt}",
     "What the model reads, with columns in braces: \"Translate: {prompt}\""},
    {"Prompts", "--truncate", "left|right", "truncate", "refuse such a prompt",
     "Which end of a prompt to cut off if it is longer than the model's context"},
    {"Text", "--max-new-tokens", "N", "max_new_tokens", "the model's, or else 256", "Write at most this many tokens"},
    {"Text", "--min-new-tokens", "N", "min_new_tokens", of_model, "Write at least this many tokens"},
    {"Text", "--samples", "N", "samples", "1", "Texts for each prompt"},
    {"Sampling", "--temperature", "NUMBER", "temperature", of_model,
     "The higher, the more varied; 0: always the likeliest token"},
    {"Sampling", "--top-k", "N", "top_k", of_model, "Sample among this many of the likeliest tokens; 0: among all"},
    {"Sampling", "--top-p", "NUMBER", "top_p", of_model,
     "Sample among the likeliest tokens that together have this probability"},
    {"Sampling", "--min-p", "NUMBER", "min_p", of_model,
     "Sample among tokens at least this likely, relative to the likeliest"},
    {"Sampling", "--repetition-penalty", "NUMBER", "repetition_penalty", of_model,
     "Above 1: tokens that have occurred become less likely"},
    {"Sampling", "--no-repeat-ngram-size", "N", "no_repeat_ngram_size", of_model,
     "Never repeat a sequence of this many tokens"},
};
constexpr ParameterOption score_parameters[] = {
    {"Scores", "--labels", "LABEL,…", "labels", "none: score the text itself",
     "yes,no or a JSON list: find which of them best continues each prompt, after a space"}};
constexpr ParameterOption seed[] = {
    {"Text", "-s,--seed", "N", "seed", "42", "Seed of the first text, counting up from there; -1: a random one"}};

}  // namespace

void add_text_parameters(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    add_parameter_options(app, o, text_parameters);
}

void add_score_parameters(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    add_parameter_options(app, o, score_parameters);
}

void add_text_options(CLI::App& app, const std::shared_ptr<TextOptions>& o) {
    o->request.task = TextTask::kind;
    begin_group(app, "Prompts");
    add_prompts(app, o->prompts, "Prompts, one for each text");
    add_text_list(app, *o, "A prompt list");
    begin_group(app, "Model");
    app.add_option("-m,--model", o->request.model,
                   "A transformers folder, a repo id in the local Hugging Face cache, or starter-text, which turns a "
                   "subject into a one-line prompt for images")
        ->type_name("MODEL")
        ->default_str("starter-text");
    add_models_dir(app, o->request.models_dirs);
    add_text_parameters(app, o);
    add_parameter_options(app, o, seed);
    begin_group(app, "Text");
    add_same_seed(app, o);
    add_text_choices(app, o);
    add_computation_options(app, o);
}

void add_text_list(CLI::App& app, GenerateOptions& o, const std::string& what) {
    app.add_option(
           "-p,--prompts", o.prompt_file,
           what +
               " (.txt .prompts .csv .tsv .jsonl), a folder of .txt files, a project (.fanlight; other options go "
               "before its settings), or - for standard input")
        ->type_name("FILE")
        ->default_str("none");
    add_list_options(app, o.list);
}

void add_special_tokens(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    app.add_flag_callback(
        "--no-special-tokens", [o] { o->request.parameters["special_tokens"] = "false"; },
        "Read special tokens that appear in a prompt as plain text");
}

void add_text_choices(CLI::App& app, const std::shared_ptr<TextOptions>& o) {
    begin_group(app, "Sampling");
    app.add_flag_callback(
           "--greedy", [o] { o->request.parameters["do_sample"] = "false"; }, "Always pick the likeliest token")
        ->excludes(app.get_option("--temperature"))
        ->excludes(app.get_option("--top-k"))
        ->excludes(app.get_option("--top-p"))
        ->excludes(app.get_option("--min-p"));
    begin_group(app, "Text");
    app.add_option("--stop", o->stop, "End a text before this string; may be repeated")
        ->default_str("none")
        ->allow_extra_args(false);
    begin_group(app, "Prompts");
    add_special_tokens(app, o);
    app.add_flag("--raw", o->raw, "Pass the prompt as it is, even to a model made for conversations");
}

PlanRequest text_request(const TextOptions& o) {
    PlanRequest request = plan_request(o);
    if (!o.stop.empty()) request.parameters["stop"] = to_line(Json(o.stop));
    request.raw = o.raw;
    return request;
}

}  // namespace fanlight
