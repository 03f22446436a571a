#include <memory>

#include "app/cli/command.h"
#include "app/cli/record_run.h"
#include "app/cli/text_options.h"
#include "core/batch/score_task.h"

namespace fanlight {

namespace {

constexpr ParameterOption truncate[] = {
    {"--truncate", "truncate", "left or right: the side that a text longer than the model's context loses"}};

void add_score_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    o->request.task = ScoreTask::kind;
    add_prompts(app, o->prompts, "Texts, a score each");
    app.add_option("-p,--prompts", o->prompt_file,
                   "A list of texts: .txt .prompts .csv .tsv .jsonl, a folder of .txt files, or - for standard input");
    add_list_options(app, o->list);
    app.add_option("-m,--model", o->request.model,
                   "A transformers folder, or a repo id in the local Hugging Face cache: a language model");
    add_score_parameters(app, o);
    add_parameter_options(app, o, truncate);
    app.add_flag_callback(
        "--no-special-tokens", [o] { o->request.parameters["special_tokens"] = "false"; },
        "Special tokens that are written in a text are plain text");
    add_computation_options(app, o);
    app.footer(
        "A score is the log-likelihood of a text (natural logarithm): the sum over all its tokens but the first, "
        "special "
        "ones that the tokenizer adds included; \"tokens\" is how many these are, \"perplexity\" exp(-sum / tokens). "
        "With --labels it is that of each label as the continuation of the prompt after one blank: of the tokens that "
        "follow the prompt's in what the tokenizer makes of both, or, where the prompt's would come out otherwise, of "
        "the blank and the label tokenised alone. The label with the largest sum is chosen; \"means\" are sums divided "
        "by the label's tokens. Texts are read as they are, also by models made for conversations.");
}

size_t tokens_of(const Task& task, const TextTokenizer& tokenizer) {
    const auto& own = task.as<ScoreTask>();
    return tokenizer.encode(own.prompt, {.read_special_tokens = own.special_tokens}).size();
}

}  // namespace

Action add_score(CLI::App& app) {
    const auto options = std::make_shared<GenerateOptions>();
    add_score_options(app, options);
    add_record_options(app, options, "sums or labels");
    return [options, &app] {
        return make_records(app, *options,
                            {.words = {"text", "texts", "fanlight score"},
                             .request = [&] { return plan_request(*options); },
                             .tokens_of = &tokens_of});
    };
}

}  // namespace fanlight
