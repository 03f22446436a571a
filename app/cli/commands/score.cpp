#include <memory>

#include "app/cli/command.h"
#include "app/cli/help.h"
#include "app/cli/project_options.h"
#include "app/cli/record_run.h"
#include "app/cli/text_options.h"
#include "core/batch/score_task.h"

namespace fanlight {

namespace {

constexpr ParameterOption truncate[] = {{"Prompts", "--truncate", "left|right", "truncate", "refuse such a text",
                                         "Which end of a text to cut off if it is longer than the model's context"}};

void add_score_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    o->request.task = ScoreTask::kind;
    begin_group(app, "Prompts");
    add_prompts(app, o->prompts, "Texts to score");
    add_text_list(app, *o, "A list of texts");
    begin_group(app, "Model");
    app.add_option(
           "-m,--model", o->request.model,
           "A language model: a transformers folder, a repo id in the local Hugging Face cache, or starter-text")
        ->type_name("MODEL")
        ->default_str("none: it must be named");
    add_models_dir(app, o->request.models_dirs);
    add_score_parameters(app, o);
    add_parameter_options(app, o, truncate);
    begin_group(app, "Prompts");
    add_special_tokens(app, o);
    add_computation_options(app, o);
    app.footer(
        "A score is the log-likelihood of a text (natural logarithm): the sum over all its tokens except the first, "
        "including special tokens that the tokenizer adds. \"tokens\" is their number, \"perplexity\" "
        "exp(-sum / tokens). With --labels it is the log-likelihood of each label as the continuation of the prompt "
        "after one space: the tokens that follow the prompt's when both are tokenised together or, if the prompt's "
        "tokens would then change, those of the space and the label tokenised alone. The label with the largest sum "
        "wins; \"means\" are sums divided by the label's tokens. Texts are read as they are, even by models made for "
        "conversations.");
}

size_t score_tokens(const Task& task, const TextTokenizer& tokenizer) {
    const auto& own = task.as<ScoreTask>();
    return tokenizer.encode(own.prompt, {.read_special_tokens = own.special_tokens}).size();
}

}  // namespace

Action add_score(CLI::App& app) {
    const auto options = std::make_shared<GenerateOptions>();
    add_score_options(app, options);
    add_record_options(app, options, "sums or labels");
    add_examples(app, {"fanlight score -m starter-text \"a small giraffe in soft light\" \"giraffe small light a in\"",
                       "fanlight score -m starter-text -p questions.csv --labels yes,no -o answers.jsonl"});
    return [options, &app] {
        take_project(app, *options);
        return make_records(app, *options,
                            {.words = {"text", "texts", "fanlight score"},
                             .request = [&] { return plan_request(*options); },
                             .tokens_of = &score_tokens});
    };
}

}  // namespace fanlight
