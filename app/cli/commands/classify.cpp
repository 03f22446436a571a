#include <memory>

#include "app/cli/command.h"
#include "app/cli/record_run.h"
#include "core/batch/classify_task.h"

namespace fanlight {

namespace {

constexpr ParameterOption classify_parameters[] = {
    {"--text-pair", "text_pair", "A second text for all prompts; usually a column of the list"},
    {"--top-k", "top_k", "List this many of the most probable labels; 0: all"},
    {"--truncate", "truncate", "left or right: the side that a text longer than the model's context loses"},
};

void add_classify_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    o->request.task = ClassifyTask::kind;
    add_prompts(app, o->prompts, "Texts, a label each");
    app.add_option("-p,--prompts", o->prompt_file,
                   "A list of texts: .txt .prompts .csv .tsv .jsonl, a folder of .txt files, or - for standard input");
    add_list_options(app, o->list);
    app.add_option("-m,--model", o->request.model,
                   "A transformers folder, or a repo id in the local Hugging Face cache: a classifier, or a masked "
                   "language model");
    add_parameter_options(app, o, classify_parameters);
    app.add_flag_callback(
        "--no-special-tokens", [o] { o->request.parameters["special_tokens"] = "false"; },
        "Special tokens that are written in a text are plain text");
    add_computation_options(app, o);
}

size_t tokens_of(const Task& task, const TextTokenizer& tokenizer) {
    const auto& own = task.as<ClassifyTask>();
    const TextTokenizer::Options options{.read_special_tokens = own.special_tokens};
    return own.text_pair.empty() ? tokenizer.encode(own.prompt, options).size()
                                 : tokenizer.encode_pair(own.prompt, own.text_pair, options).ids.size();
}

}  // namespace

Action add_classify(CLI::App& app) {
    const auto options = std::make_shared<GenerateOptions>();
    add_classify_options(app, options);
    add_record_options(app, options, "labels");
    return [options, &app] {
        return make_records(app, *options,
                            {.words = {"text", "texts", "fanlight classify"},
                             .request = [&] { return plan_request(*options); },
                             .tokens_of = &tokens_of});
    };
}

}  // namespace fanlight
