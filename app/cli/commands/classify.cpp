#include <memory>

#include "app/cli/command.h"
#include "app/cli/help.h"
#include "app/cli/project_options.h"
#include "app/cli/record_run.h"
#include "app/cli/text_options.h"
#include "core/batch/classify_task.h"

namespace fanlight {

namespace {

constexpr ParameterOption classify_parameters[] = {
    {"Prompts", "--text-pair", "TEXT", "text_pair", "none",
     "A second text for all prompts; usually a column of the list"},
    {"Prompts", "--truncate", "left|right", "truncate", "refuse such a text",
     "Which end of a text to cut off if it is longer than the model's context"},
    {"Labels", "--top-k", "N", "top_k", "0", "List this many of the most probable labels; 0: all"},
};

void add_classify_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    o->request.task = ClassifyTask::kind;
    begin_group(app, "Prompts");
    add_prompts(app, o->prompts, "Texts to label");
    add_text_list(app, *o, "A list of texts");
    begin_group(app, "Model");
    app.add_option("-m,--model", o->request.model,
                   "A classifier or a masked language model: a transformers folder, or a repo id in the local Hugging "
                   "Face cache")
        ->type_name("MODEL")
        ->default_str("none: it must be named");
    add_models_dir(app, o->request.models_dirs);
    add_parameter_options(app, o, classify_parameters);
    begin_group(app, "Prompts");
    add_special_tokens(app, o);
    add_computation_options(app, o);
}

size_t classify_tokens(const Task& task, const TextTokenizer& tokenizer) {
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
    add_examples(app, {"fanlight classify -m distilbert/distilbert-base-uncased-finetuned-sst-2-english \"I loved "
                       "every minute of it.\"",
                       "fanlight classify -m distilbert/distilbert-base-uncased-finetuned-sst-2-english -p reviews.csv "
                       "-o labels.jsonl --csv"});
    return [options, &app] {
        take_project(app, *options);
        return make_records(app, *options,
                            {.words = {"text", "texts", "fanlight classify"},
                             .request = [&] { return plan_request(*options); },
                             .tokens_of = &classify_tokens});
    };
}

}  // namespace fanlight
